import { Buckets } from './buckets.ts'
import { type Entry, offerMatching, type Seeker } from './seeker.ts'

/**
 * Entries filed under a text that their matches start (or end) with.
 *
 * A search hashes the value from that end, once, and looks at each length that some key has: its
 * time depends on the longest key, not on how many there are.
 */
export class EdgeTable<E extends Entry> {
  readonly #edge: 'start' | 'end'
  readonly #buckets: Buckets<E>
  /** Non-zero where there is a key of that length. */
  readonly #lengths: Uint8Array

  constructor(edge: 'start' | 'end', entries: readonly (readonly [key: string, entry: E])[]) {
    this.#edge = edge
    this.#buckets = new Buckets(
      entries.map(([key, entry]) => [hashFrom(edge, key, key.length), entry])
    )
    const longest = entries.reduce((most, [key]) => Math.max(most, key.length), 0)
    this.#lengths = new Uint8Array(longest + 1)
    for (const [key] of entries) this.#lengths[key.length] = 1
  }

  search(value: string, seeker: Seeker<E>): void {
    const lengths = this.#lengths
    const most = Math.min(value.length, lengths.length - 1)
    const isStart = this.#edge === 'start'
    let hash = 0
    for (let length = 1; length <= most; length++) {
      hash = step(hash, value.charCodeAt(isStart ? length - 1 : value.length - length))
      if (lengths[length] === 0) continue
      const entries = this.#buckets.get(hash)
      if (entries) offerMatching(entries, value, seeker)
    }
  }
}

function hashFrom(edge: 'start' | 'end', text: string, length: number): number {
  let hash = 0
  for (let at = 0; at < length; at++) {
    hash = step(hash, text.charCodeAt(edge === 'start' ? at : text.length - 1 - at))
  }
  return hash
}

function step(hash: number, code: number): number {
  return (Math.imul(hash, 0x01000193) + code) | 0
}
