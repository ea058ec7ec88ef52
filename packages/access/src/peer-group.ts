import { isIPv6 } from 'node:net'

/**
 * Whose address this is, as far as can be told: an IPv4 address is somebody, of an IPv6 address only the first
 * 64 bits are, since everybody has that many addresses to choose from. Other texts are themselves, cut to 64
 * characters. Total.
 */
export function peerGroup(address: string): string {
  if (!address.includes(':')) return address.slice(0, 64)
  const [bare = ''] = address.split('%', 1)
  if (!isIPv6(bare)) return address.slice(0, 64)
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = bare.split('::', 2)
  const parts = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const before = parts(head)
  const after = parts(tail ?? '')
  // An IPv4 address at the end stands for two of the eight parts.
  const present = before.length + after.length + (bare.includes('.') ? 1 : 0)
  const all = [...before, ...Array<string>(Math.max(0, 8 - present)).fill('0'), ...after]
  const first = all.slice(0, 4).map((part) => Number.parseInt(part, 16).toString(16))
  return `${first.join(':')}::/64`
}
