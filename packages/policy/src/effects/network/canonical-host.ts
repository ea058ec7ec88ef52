import { percentDecode } from '../percent-decode.ts'
import { ipv6Groups, mappedIpv4 } from './ip-address.ts'
import { parseUrl } from './platform-url.ts'

/** The longest name of the DNS; parsing longer ones takes time that is not linear. */
const maxHostLength = 255

/** A name that is in its form already: the last label is no number, and nothing is encoded. */
const plainName = /^(?:[a-z0-9_-]+\.)*[a-z][a-z0-9_-]*$/

/** A dotted quad without leading zeros, which would make it octal. */
const plainIpv4 = /^(?:(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/

/** What the URL standard would repair, or take for the end of the host. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const noHostCharacter = /[\x00-\x20\x7f/?#@\\]/

/**
 * The one form of a host, without port: the URL standard's (lower case, IDNA, every spelling of an IPv4
 * address as a dotted quad, IPv6 in brackets), without a trailing dot and an IPv6 zone, and an
 * IPv4-mapped address as the IPv4 address that it is.
 *
 * Undefined for a text that is no host. Idempotent.
 */
export function canonicalHost(host: string): string | undefined {
  if (host === '' || host.length > maxHostLength) return undefined
  if (plainName.test(host) && !host.includes('xn--')) return host
  if (plainIpv4.test(host)) return host
  if (noHostCharacter.test(host)) return undefined
  const url = parseUrl(`http://${bracketed(host)}/`)
  return url === null ? undefined : canonicalName(url.hostname)
}

/** An IPv6 address in brackets, without its zone, which says only by which interface it is reached. */
function bracketed(host: string): string {
  if (!host.includes(':')) return host
  const inner = host.replace(/^\[|\]$/g, '')
  return `[${inner.split('%', 1)[0]}]`
}

function canonicalName(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return mappedIpv4(ipv6Groups(hostname.slice(1, -1))) ?? hostname
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  // The standard lets labels be empty; the DNS does not.
  return name.split('.').includes('') || name.length > maxHostLength ? undefined : name
}

/** What IDNA 2003 makes another name of than IDNA 2008: `faß.de` is `fass.de` there. */
const deviation = /[ßẞς\u200c\u200d]/

/** Whether programs of different age make different hosts of a text. */
export function isReadDifferently(text: string): boolean {
  return deviation.test(percentDecode(text))
}
