import { Buckets } from './buckets.ts'
import { type Entry, offerMatching, type Seeker } from './seeker.ts'

/** Longer keys are filed under so many of their characters; what is found is tested anyway. */
const maxKeyLength = 32

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
  /** Non-zero where there is a key with such a character at its edge, by the character's low bits. */
  readonly #firsts = new Uint8Array(128)

  /** @param entries Pairs of a key, from `edgeKey`, and an entry. */
  constructor(edge: 'start' | 'end', entries: readonly (readonly [key: string, entry: E])[]) {
    this.#edge = edge
    this.#buckets = new Buckets(entries.map(([key, entry]) => [hashOf(edge, key), entry]))
    this.#lengths = new Uint8Array(maxKeyLength + 1)
    let longest = 0
    for (const [key] of entries) {
      longest = Math.max(longest, key.length)
      this.#lengths[key.length] = 1
      this.#firsts[key.charCodeAt(edge === 'start' ? 0 : key.length - 1) & 127] = 1
    }
    this.#lengths = this.#lengths.slice(0, longest + 1)
  }

  search(value: string, seeker: Seeker<E>): void {
    const lengths = this.#lengths
    const most = Math.min(value.length, lengths.length - 1)
    if (most === 0) return
    const step = this.#edge === 'start' ? 1 : -1
    let at = this.#edge === 'start' ? 0 : value.length - 1
    if (this.#firsts[value.charCodeAt(at) & 127] === 0) return
    let hash = 0
    for (let length = 1; length <= most; length++) {
      hash = extend(hash, value.charCodeAt(at))
      at += step
      if (lengths[length] === 0) continue
      const entries = this.#buckets.get(hash)
      if (entries) offerMatching(entries, value, seeker)
    }
  }
}

/** What an edge table can file an entry under whose matches start (or end) with the text. */
export function edgeKey(edge: 'start' | 'end', text: string): string {
  return edge === 'start' ? text.slice(0, maxKeyLength) : text.slice(-maxKeyLength)
}

function hashOf(edge: 'start' | 'end', key: string): number {
  let hash = 0
  for (let at = 0; at < key.length; at++) {
    hash = extend(hash, key.charCodeAt(edge === 'start' ? at : key.length - 1 - at))
  }
  return hash
}

function extend(hash: number, code: number): number {
  return (Math.imul(hash, 0x01000193) + code) | 0
}
