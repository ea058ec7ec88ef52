import { lowerCase } from '../../lower-case.ts'
import { stripControls } from '../strip-controls.ts'
import { canonicalHost, isReadDifferently } from './canonical-host.ts'
import { type Destination, readUrl } from './read-url.ts'

/** A host with nothing to repair: the usual case. */
const plainDomain = /^[a-z0-9._-]+$/

const notHost = 'the domain is no host'

/**
 * Reads the `domain` of an action: a host, a host with a port, or, where a client put it there, a URL.
 * Never empty.
 */
export function readDomain(domain: string): readonly Destination[] {
  if (plainDomain.test(domain)) return [readHost(domain, undefined)]
  const stripped = stripControls(domain)
  if (stripped !== domain || /\s/.test(domain)) return [repaired(domain, stripped)]
  if (/[/?#@\\]/.test(domain)) {
    return readUrl(domain).map((one) => ({
      ...one,
      written: [...new Set([...one.written, lowerCase(domain)])]
    }))
  }
  const port = portOf(domain)
  return [readHost(port === undefined ? domain : domain.slice(0, -1 - port.length), port)]
}

/** The port behind the only colon, or behind the brackets of an IPv6 address. */
function portOf(domain: string): string | undefined {
  const found = /^(?:[^:[\]]+|\[[^\]]*\]):(\d*)$/.exec(domain)
  return found?.[1]
}

function readHost(name: string, port: string | undefined): Destination {
  const host = canonicalHost(name)
  const lower = lowerCase(name)
  const written = port === undefined ? [lower] : [lower, `${lower}:${port}`]
  const read = { host, written, ...(port ? { port } : {}) }
  if (host === undefined) return { ...read, unknown: notHost }
  return isReadDifferently(name)
    ? { ...read, unknown: 'programs read this name in different ways' }
    : read
}

/** No program should connect to such a text, and what one does that tries is anybody's guess. */
function repaired(domain: string, stripped: string): Destination {
  const guesses = [stripped, stripped.trim(), domain.replace(/\s/g, '')].map(lowerCase)
  const hosts = guesses.map((guess) => canonicalHost(guess) ?? guess)
  return {
    host: undefined,
    written: [...new Set([lowerCase(domain), ...guesses, ...hosts])],
    unknown: notHost
  }
}
