const hashes = 6
const bitsPerKey = 10

/** A set that may say yes to what is not in it, about once in a hundred times, and never no to what is. */
export function bloomFilter(keys: ReadonlySet<string>): Uint8Array {
  const bits = new Uint8Array(Math.max(8, Math.ceil((keys.size * bitsPerKey) / 8)))
  for (const key of keys) {
    for (const bit of bitsOf(key, bits.length * 8)) {
      bits[bit >> 3] = (bits[bit >> 3] as number) | (1 << (bit & 7))
    }
  }
  return bits
}

/** Whether a key may be in the set. */
export function mayHave(bits: Uint8Array, key: string): boolean {
  return bitsOf(key, bits.length * 8).every((bit) => ((bits[bit >> 3] as number) >> (bit & 7)) & 1)
}

function bitsOf(key: string, count: number): number[] {
  const first = fnv1a(key, 0x811c9dc5)
  const second = fnv1a(key, first ^ 0x5bd1e995) | 1
  return Array.from({ length: hashes }, (_, i) => (first + Math.imul(i, second)) >>> 0).map(
    (hash) => hash % count
  )
}

function fnv1a(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  // Similar keys differ in the last letters only; this spreads them.
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d) >>> 0
}
