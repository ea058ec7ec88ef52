import { canonicalHost } from './canonical-host.ts'

/** What the `domain` of a rule says of a place to connect to. */
export interface HostRule {
  /** A pattern for canonical hosts. */
  readonly host: string
  /** The one host that it names: there is no wildcard in it. */
  readonly exact?: string
  readonly scheme?: string
  /** A pattern for ports. */
  readonly port?: string
}

const withScheme = /^([a-z][a-z0-9+.-]*|\*):\/\/([\s\S]*)$/
const wholeSite = /\/(?:\*{0,2})$/
const bracketed = /^(\[[^\]]*\])(?::([\d*?]+))?$/
const withPort = /^([^:]*):([\d*?]+)$/

/**
 * Reads a rule's `domain` as a host, with the port and the scheme that it may name. Undefined where it
 * names a part of a URL that is not judged, such as a path.
 */
export function parseHostRule(domain: string): HostRule | undefined {
  const [, scheme, behind = domain] = withScheme.exec(domain) ?? []
  const rest = behind.replace(wholeSite, '')
  if (/[/#\\@]/.test(rest)) return undefined
  const [, name = ipv6(rest), port] = bracketed.exec(rest) ?? withPort.exec(rest) ?? []
  const canonical = /[*?]/.test(name) ? undefined : canonicalHost(name)
  return {
    host: canonical ?? canonicalPattern(name),
    ...(canonical === undefined ? {} : { exact: canonical }),
    ...(scheme === undefined || scheme === '*' ? {} : { scheme }),
    ...(port === undefined || port === '*' ? {} : { port })
  }
}

/** An IPv6 address may be written without brackets where there is no port. */
function ipv6(name: string): string {
  return /^[\da-f*?]*:[\da-f:.*?]*$/.test(name) ? `[${name}]` : name
}

/** Labels without a wildcard as IDNA writes them, and no dot at the end. */
function canonicalPattern(pattern: string): string {
  const labels = pattern.replace(/\.$/, '').split(/[.\u3002\uff0e\uff61]/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
  const isPlain = (label: string): boolean => /^[\x00-\x7f]*$/.test(label) || /[*?]/.test(label)
  return labels.map((label) => (isPlain(label) ? label : (canonicalHost(label) ?? label))).join('.')
}
