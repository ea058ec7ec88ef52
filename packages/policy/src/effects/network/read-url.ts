import { lowerCase } from '../../lower-case.ts'
import { canonicalHost, isReadDifferently } from './canonical-host.ts'
import { parseUrl } from './platform-url.ts'

/** Where a text says to connect. */
export interface Destination {
  /** The canonical host; undefined for a text that is no host, or a URL that has none. */
  readonly host: string | undefined
  readonly scheme?: string
  readonly port?: string
  /** The host as it was written, for deny and approval rules: lower-case. */
  readonly written: readonly string[]
  /** Why the text may mean another place as well. */
  readonly unknown?: string
}

/** Longer than any host with its credentials; what follows decides nothing here. */
const maxAuthorityLength = 2048

/** A URL that everybody reads alike, up to its path. */
const plainUrl = /^(https?|wss?):\/\/([a-z0-9._-]+)(?::(\d{1,4}))?(?:[/?#]|$)/

const defaultPorts: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
  ['ws', '80'],
  ['wss', '443'],
  ['ftp', '21'],
  ['ssh', '22'],
  ['git', '9418'],
  ['gopher', '70'],
  ['dict', '2628'],
  ['ldap', '389'],
  ['redis', '6379']
])

/**
 * Reads where a URL leads: by the WHATWG standard, and by RFC 3986 where programs that follow that would
 * go elsewhere. The path, the query and the fragment are not looked at.
 *
 * Never empty. A URL without a scheme is read as a browser's address bar and `curl` read it.
 */
export function readUrl(text: string): readonly Destination[] {
  const plain = plainUrl.exec(text)
  if (plain) {
    const [, scheme = '', name = '', port = defaultPorts.get(scheme)] = plain
    const host = canonicalHost(name)
    if (host !== undefined) return [destination(host, [name], scheme, port)]
  }
  return readHead(text.length > maxAuthorityLength ? text.slice(0, maxAuthorityLength) : text, text)
}

const nested = /^(view-source|blob|filesystem|feed|jar):(?=[a-z][a-z0-9+.-]*:)/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: what the URL standard removes
const removed = /^[\x00-\x20]+|[\t\n\r]+/g
const schemeOf = /^([a-z][a-z0-9+.-]*):/i
/** `localhost:3000` and `good.example:443` parse as a scheme and a path, which nobody means. */
const hostAndPort =
  /^(?!(?:https?|wss?|ftp|file|javascript|vbscript|data|about|tel|sms|intent):)([^:/?#\\@]+):\d+(?:[/?#\\]|$)/i
const beforeAuthority = /^[^/\\?#]*[/\\]*/

function readHead(head: string, whole: string): readonly Destination[] {
  const text = head.replace(removed, '')
  if (head.length < whole.length && !/[/\\?#]/.test(text.replace(beforeAuthority, ''))) {
    return [unreadable(head, 'a URL without an end to its host')]
  }
  const inner = nested.exec(text)
  if (inner) return readNested(lowerCase(inner[1] as string), text.slice(inner[0].length))
  const name = hostAndPort.exec(text)?.[1]
  if (name !== undefined) return readWithoutScheme(head, name)
  const scheme = schemeOf.exec(text)?.[1]
  if (scheme !== undefined) return readWithScheme(head, lowerCase(scheme))
  if (/^[/\\]{2}/.test(text)) return readWithScheme(`https:${head.trimStart()}`, undefined)
  // A relative URL leads to where the page is, and nothing here says where that is.
  if (/^[/\\?#.]|^$/.test(text)) return [unreadable(head, 'a URL without a host')]
  return readWithScheme(`https://${head.trimStart()}`, undefined)
}

/** A name with a dot is a host; any other before a number may be a scheme as well. */
function readWithoutScheme(text: string, name: string): readonly Destination[] {
  const read = readWithScheme(`https://${text.trimStart()}`, undefined)
  if (name.includes('.') || name.startsWith('[') || lowerCase(name) === 'localhost') return read
  return read.map((one) => ({ ...one, unknown: one.unknown ?? 'the host may be a scheme' }))
}

/** What is inside counts, and the outer scheme, which rules have to name. */
function readNested(scheme: string, inner: string): readonly Destination[] {
  return readHead(inner, inner).map((one) =>
    one.host === undefined
      ? { ...one, scheme, unknown: one.unknown ?? 'a URL without a host' }
      : { ...one, scheme }
  )
}

const withAuthority = /^(?:http|https|ws|wss|ftp)$/

function readWithScheme(text: string, scheme: string | undefined): readonly Destination[] {
  const url = parseUrl(text)
  if (url === null) return [unreadable(text, 'a URL that cannot be read')]
  const parsed = url.protocol.slice(0, -1)
  const strict = readStrictly(text)
  if (url.hostname === '' && strict.authority === undefined) {
    return [{ host: undefined, ...given(scheme ?? parsed), written: [] }]
  }
  const host = canonicalHost(url.hostname)
  const port = url.port || defaultPorts.get(parsed)
  const lenient = destination(host, strict.written, scheme, scheme === undefined ? url.port : port)
  const isComplete = strict.isComplete || !withAuthority.test(parsed)
  const isAlike = host === strict.host && isComplete && !isReadDifferently(strict.authority ?? '')
  if (isAlike && host !== undefined) return [lenient]
  const unknown = 'programs read this URL in different ways'
  const other = { ...lenient, host: strict.host, unknown }
  return strict.host === undefined || strict.host === host
    ? [{ ...lenient, unknown }]
    : [{ ...lenient, unknown }, other]
}

interface StrictReading {
  readonly authority: string | undefined
  readonly host: string | undefined
  readonly written: readonly string[]
  /** There is an authority with at most one `@`, as everybody expects it. */
  readonly isComplete: boolean
}

/** The host by RFC 3986: between `//` and `/`, `?` or `#`, behind the last `@` and before the port. */
function readStrictly(text: string): StrictReading {
  const authority = /^\s*[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1]
  if (authority === undefined || authority === '') {
    return { authority: undefined, host: undefined, written: [], isComplete: false }
  }
  const parts = authority.split('@')
  const hostPort = parts.at(-1) as string
  const name = hostPort.replace(/:\d*$/, '')
  // With more than one `@`, programs do not agree where the host is.
  const disputed = parts.length > 2 ? parts.map((part) => part.split(':', 1)[0] as string) : []
  const written = new Set([hostPort, name, authority, ...disputed].map(lowerCase))
  return {
    authority,
    host: canonicalHost(name),
    written: [...written],
    isComplete: parts.length <= 2
  }
}

function unreadable(text: string, unknown: string): Destination {
  const authority = /^[^/]*\/*[^/?#]*/.exec(text)?.[0] ?? ''
  return { host: undefined, written: [lowerCase(authority)], unknown }
}

function destination(
  host: string | undefined,
  written: readonly string[],
  scheme: string | undefined,
  port: string | undefined
): Destination {
  return { host, written, ...given(scheme), ...(port ? { port } : {}) }
}

function given(scheme: string | undefined): { readonly scheme?: string } {
  return scheme === undefined ? {} : { scheme }
}
