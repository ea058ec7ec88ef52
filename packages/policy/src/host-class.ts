import type { HostClass } from './document.ts'

/** The one global that every runtime has and the ECMAScript library types do not. */
declare const URL: { parse(text: string): { readonly hostname: string } | null }

/**
 * The classes of a host as it is written in an action: a name, an IPv4 address in any spelling that
 * the WHATWG URL standard knows, or an IPv6 address with or without brackets.
 *
 * A name that is not known to be special counts as `public`: what it resolves to is for whoever
 * connects to check. Of a text that is no host nothing is known.
 */
export function hostClassesOf(host: string): readonly HostClass[] | undefined {
  const canonical = host.length > maxHostLength ? undefined : canonicalHost(host)
  if (canonical === undefined) return undefined
  if (canonical.startsWith('[')) return ipv6Classes(canonical.slice(1, -1))
  return isIpv4(canonical) ? ipv4Classes(canonical) : nameClasses(canonical)
}

/** The longest name of the DNS; parsing longer ones takes time that is not linear. */
const maxHostLength = 255

/** The URL standard's form of a host without a trailing dot, or undefined for a text that is none. */
function canonicalHost(host: string): string | undefined {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  if (/[/?#@\\]/.test(bracketed)) return undefined
  const url = URL.parse(`http://${bracketed}/`)
  return url === null || url.hostname === '' ? undefined : url.hostname.replace(/\.$/, '')
}

function isIpv4(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** Names that clouds give to their metadata services, beside the addresses. */
const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal'
])

function nameClasses(name: string): readonly HostClass[] {
  if (metadataNames.has(name)) return ['metadata']
  if (name === 'localhost' || name.endsWith('.localhost')) return ['loopback']
  // Names without a dot, and the special-use domains of RFC 6761, RFC 6762, RFC 8375 and ICANN.
  const isLocal = !name.includes('.') || /\.(local|internal|home\.arpa|lan|intranet)$/.test(name)
  return isLocal ? ['private'] : ['public']
}

type Ipv4Range = readonly [base: string, bits: number, classes: readonly HostClass[]]

/** Special IPv4 ranges (RFC 6890, and what clouds serve metadata on); the first that fits counts. */
const ipv4Ranges: readonly Ipv4Range[] = [
  ['169.254.169.254', 32, ['metadata', 'link_local']],
  ['169.254.170.2', 32, ['metadata', 'link_local']], // Amazon ECS
  ['100.100.100.200', 32, ['metadata', 'private']], // Alibaba Cloud
  ['168.63.129.16', 32, ['metadata']], // Azure
  ['169.254.0.0', 16, ['link_local']],
  ['127.0.0.0', 8, ['loopback']],
  ['0.0.0.0', 8, ['loopback']], // "this host" on most systems
  ['10.0.0.0', 8, ['private']],
  ['172.16.0.0', 12, ['private']],
  ['192.168.0.0', 16, ['private']],
  ['100.64.0.0', 10, ['private']]
]

function ipv4Classes(address: string): readonly HostClass[] {
  const number = ipv4Number(address)
  const range = ipv4Ranges.find(([base, bits]) => (number ^ ipv4Number(base)) >>> (32 - bits) === 0)
  return range ? range[2] : ['public']
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => (number << 8) | Number(part), 0)
}

function ipv6Classes(address: string): readonly HostClass[] {
  const groups = ipv6Groups(address)
  const embedded = embeddedIpv4(groups)
  if (embedded) return ipv4Classes(embedded)
  const first = groups[0] as number
  if (groups.slice(0, 7).every((group) => group === 0) && (groups[7] as number) <= 1) {
    return ['loopback']
  }
  if (address === 'fd00:ec2::254') return ['metadata', 'private']
  if ((first & 0xffc0) === 0xfe80) return ['link_local']
  if ((first & 0xfe00) === 0xfc00) return ['private']
  return ['public']
}

/** The eight groups of an address in the URL standard's form. */
function ipv6Groups(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const left = parse(head)
  const right = tail === undefined ? [] : parse(tail)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

/** The IPv4 address inside a mapped, compatible, NAT64 (RFC 6052) or 6to4 (RFC 3056) address. */
function embeddedIpv4(groups: readonly number[]): string | undefined {
  const zeros = (from: number, to: number): boolean => groups.slice(from, to).every((g) => g === 0)
  const mapped = zeros(0, 5) && groups[5] === 0xffff
  const compatible = zeros(0, 6) && (groups[6] as number) > 0
  const nat64 = groups[0] === 0x64 && groups[1] === 0xff9b && zeros(2, 6)
  if (mapped || compatible || nat64) return dotted(groups[6] as number, groups[7] as number)
  if (groups[0] === 0x2002) return dotted(groups[1] as number, groups[2] as number)
  return undefined
}

function dotted(high: number, low: number): string {
  return `${high >>> 8}.${high & 255}.${low >>> 8}.${low & 255}`
}
