/** The number of a dotted quad. */
export function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => (number << 8) | Number(part), 0)
}

/** Whether a host in the URL standard's form is an IPv4 address. */
export function isIpv4(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host)
}

/** The eight groups of an IPv6 address in the URL standard's form, without brackets. */
export function ipv6Groups(address: string): readonly number[] {
  const [head = '', tail] = address.split('::')
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const left = parse(head)
  const right = tail === undefined ? [] : parse(tail)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

/** The IPv4 address that an IPv4-mapped address is (RFC 4291): the same host, for every system. */
export function mappedIpv4(groups: readonly number[]): string | undefined {
  const isMapped = isZero(groups, 0, 5) && groups[5] === 0xffff
  return isMapped ? dotted(groups, 6) : undefined
}

/**
 * The IPv4 address inside a mapped or compatible (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052,
 * RFC 8215), 6to4 (RFC 3056), ISATAP (RFC 5214) or Teredo (RFC 4380) address: whom a packet to it may reach.
 */
export function embeddedIpv4(groups: readonly number[]): string | undefined {
  const [first, second, third] = groups
  const isCompatible =
    isZero(groups, 0, 6) && ((groups[6] as number) > 0 || (groups[7] as number) > 1)
  const isTranslated = isZero(groups, 0, 4) && groups[4] === 0xffff && groups[5] === 0
  const isNat64 = first === 0x64 && second === 0xff9b && (isZero(groups, 2, 6) || third === 1)
  const isIsatap = ((groups[4] as number) & 0xfdff) === 0 && groups[5] === 0x5efe
  if (isCompatible || isTranslated || isNat64 || isIsatap) return dotted(groups, 6)
  if (first === 0x2002) return dotted(groups, 1)
  if (first === 0x2001 && second === 0)
    return dotted(
      groups.map((group) => group ^ 0xffff),
      6
    )
  return mappedIpv4(groups)
}

function isZero(groups: readonly number[], from: number, to: number): boolean {
  return groups.slice(from, to).every((group) => group === 0)
}

function dotted(groups: readonly number[], at: number): string {
  const high = groups[at] as number
  const low = groups[at + 1] as number
  return `${high >>> 8}.${high & 255}.${low >>> 8}.${low & 255}`
}
