import type { HostClass } from './document.ts'
import { canonicalHost } from './effects/network/canonical-host.ts'
import { embeddedIpv4, ipv4Number, ipv6Groups, isIpv4 } from './effects/network/ip-address.ts'

/**
 * The classes of a host as it is written in an action: a name, an IPv4 address in any spelling that
 * the WHATWG URL standard knows, or an IPv6 address with or without brackets.
 *
 * A name that is not known to be special counts as `public`: what it resolves to is for whoever
 * connects to check. Of a text that is no host nothing is known.
 */
export function hostClassesOf(host: string): readonly HostClass[] | undefined {
  const canonical = canonicalHost(host)
  return canonical === undefined ? undefined : classesOf(canonical)
}

/** The classes of a host in its canonical form. */
export function classesOf(canonical: string): readonly HostClass[] {
  if (canonical.startsWith('[')) return ipv6Classes(canonical.slice(1, -1))
  return isIpv4(canonical) ? ipv4Classes(canonical) : nameClasses(canonical)
}

/** Names that clouds give to their metadata services, beside the addresses. */
const metadataNames = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'rancher-metadata',
  'instance-data',
  'instance-data.ec2.internal'
])

/** Domains all of whose names are addresses of this machine, by the will of their owners. */
const loopbackDomain = /(?:^|\.)(?:localhost|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com)$/

/** Hosts files of common systems call this machine so. */
const loopbackNames = new Set(['localhost.localdomain', 'ip6-localhost', 'ip6-loopback'])

/** Services that answer any name with the address that is written in it, in hosts' form or with dashes. */
const namedIpv4 =
  /(?:^|[.-])(\d{1,3})[.-](\d{1,3})[.-](\d{1,3})[.-](\d{1,3})(?:\.[a-z0-9-]+)*\.(?:nip\.io|sslip\.io|xip\.io)$/

/** Names without a dot, and the special-use domains of RFC 6761, RFC 6762, RFC 8375 and ICANN. */
const privateDomain = /\.(?:local|localdomain|internal|home\.arpa|lan|intranet|corp|home)$/

/** Names that may be special by what is above; all others are public, which most are. */
const maySpecial =
  /^(?:metadata|instance-data|rancher)|^[^.]*$|\.(?:localhost|local|localdomain|internal|arpa|lan|intranet|corp|home|me|io)$|\blacolhost\.com$/
const publicOnly: readonly HostClass[] = ['public']

function nameClasses(name: string): readonly HostClass[] {
  if (!maySpecial.test(name)) return publicOnly
  if (metadataNames.has(name)) return ['metadata']
  if (loopbackDomain.test(name) || loopbackNames.has(name)) return ['loopback']
  const address = namedIpv4.exec(name)
  if (address?.slice(1).every((part) => Number(part) < 256)) {
    return ipv4Classes(address.slice(1).join('.'))
  }
  return !name.includes('.') || privateDomain.test(name) ? ['private'] : ['public']
}

type Ipv4Range = readonly [base: string, bits: number, classes: readonly HostClass[]]

/** Special IPv4 ranges (RFC 6890, and what clouds serve metadata on); the first that fits counts. */
const ipv4Ranges = (
  [
    ['169.254.169.254', 32, ['metadata', 'link_local']],
    ['169.254.170.2', 32, ['metadata', 'link_local']], // Amazon ECS
    ['169.254.170.23', 32, ['metadata', 'link_local']], // Amazon EKS
    ['100.100.100.200', 32, ['metadata', 'private']], // Alibaba Cloud
    ['192.0.0.192', 32, ['metadata', 'private']], // Oracle Cloud
    ['168.63.129.16', 32, ['metadata']], // Azure
    ['169.254.0.0', 16, ['link_local']],
    ['127.0.0.0', 8, ['loopback']],
    ['0.0.0.0', 8, ['loopback']], // "this host" on most systems
    ['10.0.0.0', 8, ['private']],
    ['172.16.0.0', 12, ['private']],
    ['192.168.0.0', 16, ['private']],
    ['100.64.0.0', 10, ['private']],
    ['192.0.0.0', 24, ['private']],
    ['198.18.0.0', 15, ['private']],
    ['224.0.0.0', 3, ['private']] // multicast, reserved and broadcast: whatever they are, not public
  ] as readonly Ipv4Range[]
).map(([base, bits, classes]) => ({ base: ipv4Number(base), bits, classes }))

function ipv4Classes(address: string): readonly HostClass[] {
  const number = ipv4Number(address)
  const range = ipv4Ranges.find(({ base, bits }) => (number ^ base) >>> (32 - bits) === 0)
  return range?.classes ?? publicOnly
}

/** What clouds serve metadata on: Amazon, Google. */
const ipv6Metadata = new Set(['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'])

function ipv6Classes(address: string): readonly HostClass[] {
  const groups = ipv6Groups(address)
  const first = groups[0] as number
  if (groups.slice(0, 7).every((group) => group === 0) && (groups[7] as number) <= 1) {
    return ['loopback']
  }
  if (ipv6Metadata.has(address)) return ['metadata', 'private']
  const embedded = embeddedIpv4(groups)
  if (embedded) return ipv4Classes(embedded)
  if ((first & 0xffc0) === 0xfe80 || (first & 0xff0f) === 0xff02) return ['link_local']
  const isPrivate = (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0 || first >= 0xff00
  return isPrivate ? ['private'] : ['public']
}
