import { Buckets } from './buckets.ts'
import { type Entry, offerMatching, type Seeker } from './seeker.ts'

/** The lengths of grams, in UTF-16 units, that entries are filed under; longer ones lead astray less. */
export const gramLengths = [8, 3, 2] as const
export type GramLength = (typeof gramLengths)[number]

/** The grams of a text, each once. */
export function gramsOf(text: string, length: GramLength): Set<number> {
  const grams = new Set<number>()
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    hash = step(hash, shiftOf(length), text.charCodeAt(at))
    if (at + 1 >= length) grams.add(hash)
  }
  return grams
}

/** Entries filed under a few characters in a row that each of their matches contains. */
export class GramTable<E extends Entry> {
  readonly #length: GramLength
  readonly #buckets: Buckets<Shelf<E>>
  #searches = 0

  /** @param entries Pairs of a gram, from `gramsOf` with the same length, and an entry. */
  constructor(length: GramLength, entries: readonly (readonly [gram: number, entry: E])[]) {
    this.#length = length
    const shelves = Map.groupBy(entries, ([gram]) => gram)
    this.#buckets = new Buckets(
      [...shelves].map(([gram, filed]) => [
        gram,
        { entries: filed.map(([, entry]) => entry), lastSearch: 0 }
      ])
    )
  }

  search(value: string, seeker: Seeker<E>): void {
    if (this.#buckets.size === 0) return
    const search = ++this.#searches
    const shift = shiftOf(this.#length)
    const before = this.#length - 1
    let hash = 0
    for (let at = 0; at < value.length; at++) {
      hash = step(hash, shift, value.charCodeAt(at))
      if (at < before) continue
      const shelf = this.#buckets.get(hash)?.[0]
      if (!shelf || shelf.lastSearch === search) continue
      shelf.lastSearch = search
      offerMatching(shelf.entries, value, seeker)
    }
  }
}

interface Shelf<E> {
  readonly entries: readonly E[]
  /** The search that saw this shelf last: a gram that stands in the value twice counts once. */
  lastSearch: number
}

/** By so many bits each character moves the hash, so that only the last ones are in it. */
function shiftOf(length: GramLength): number {
  return Math.ceil(32 / length)
}

function step(hash: number, shift: number, code: number): number {
  return (hash << shift) ^ Math.imul(code, 0x9e3779b1)
}
