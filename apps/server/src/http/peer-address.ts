import { BlockList, isIP, isIPv6 } from 'node:net'

/** Says where a request comes from, given the address of the connection and `X-Forwarded-For`. */
export type PeerOf = (
  remoteAddress: string | undefined,
  forwardedFor: string | readonly string[] | undefined
) => string

/**
 * `X-Forwarded-For` is believed only as far as it was written by the proxies that are trusted: from the
 * right, the first address that is not one of theirs. Throws a `RangeError` for what is no address.
 */
export function peerAddress(trustedProxies: readonly string[] = []): PeerOf {
  if (trustedProxies.length === 0) return (remote) => plain(remote)
  const trusted = blockList(trustedProxies)
  const isTrusted = (address: string): boolean =>
    isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return (remote, forwarded) => {
    let peer = plain(remote)
    const hops = [forwarded ?? []].flat().join(',').split(',').reverse()
    for (const hop of hops) {
      const address = plain(hop.trim().replace(/^\[(.*)\](?::\d+)?$/, '$1'))
      // What is no address ends the chain: nobody has vouched for what is in front of it.
      if (!isTrusted(peer) || isIP(address) === 0) return peer
      peer = address
    }
    return peer
  }
}

/** IPv4 addresses of a socket that listens on IPv6 are written as IPv4. */
function plain(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? ''
}

function blockList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/')
    const family = isIP(address)
    const prefix = Number(bits)
    const isRange = bits !== undefined
    if (
      family === 0 ||
      rest.length > 0 ||
      (isRange && !(/^\d+$/.test(bits) && prefix <= (family === 4 ? 32 : 128)))
    ) {
      throw new RangeError(
        `${JSON.stringify(entry)} is neither an address nor a range of addresses`
      )
    }
    const kind = family === 6 ? 'ipv6' : 'ipv4'
    if (isRange) list.addSubnet(address, prefix, kind)
    else list.addAddress(address, kind)
  }
  return list
}
