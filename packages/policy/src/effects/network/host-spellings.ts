import type { HostClass } from '../../document.ts'
import type { Spellings } from '../effect.ts'
import { foldPattern } from '../fold-path.ts'
import { embeddedIpv4, ipv6Groups } from './ip-address.ts'

/** What deny rules for this machine are written with. */
const loopbackSpellings = ['localhost', '127.0.0.1', '[::1]']

/**
 * A canonical host as rules see it. Deny and approval rules also see the texts that it was written as,
 * the IPv4 address inside an IPv6 one, and, for any spelling of this machine, the usual ones.
 */
export function hostSpellings(
  canonical: string,
  classes: readonly HostClass[],
  written: readonly string[]
): Spellings {
  const isAddress = canonical.startsWith('[')
  const isLoopback = classes.includes('loopback')
  if (!isAddress && !isLoopback && written.every((text) => text === canonical)) {
    return { all: [canonical], wide: [] }
  }
  // As programs write a name that know of no IDNA, or of an older one.
  const wide = new Set([...written, ...written.map(foldPattern)])
  if (isAddress) {
    const bare = canonical.slice(1, -1)
    wide.add(bare)
    const embedded = embeddedIpv4(ipv6Groups(bare))
    if (embedded !== undefined) wide.add(embedded)
  }
  if (isLoopback) {
    for (const spelling of loopbackSpellings) wide.add(spelling)
  }
  wide.delete(canonical)
  return { all: [canonical], wide: [...wide] }
}
