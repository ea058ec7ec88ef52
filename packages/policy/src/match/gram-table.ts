/** Characters per gram. Shorter texts cannot be looked up. */
export const gramLength = 3

/** The grams of a text, each once. */
export function gramsOf(text: string): Set<number> {
  const grams = new Set<number>()
  for (let at = 0; at + gramLength <= text.length; at++) grams.add(hashAt(text, at))
  return grams
}

/**
 * Values filed under one gram each; a text finds those that are filed under a gram it contains.
 *
 * Grams are hashed, so more values than asked for may come: each is a candidate, not a match.
 */
export class GramTable<T> {
  readonly #buckets = new Map<number, Bucket<T>>()
  /** One bit per hash, so that most positions of a text cost a few instructions and no look-up. */
  readonly #filter: Uint32Array
  readonly #filterMask: number
  #visits = 0

  /** @param entries Pairs of a gram, from `gramsOf`, and a value. */
  constructor(entries: readonly (readonly [gram: number, value: T])[]) {
    for (const [gram, value] of entries) {
      const bucket = this.#buckets.get(gram)
      if (bucket) bucket.values.push(value)
      else this.#buckets.set(gram, { values: [value], lastVisit: 0 })
    }
    const bits = 2 ** Math.ceil(Math.log2(Math.max(1024, this.#buckets.size * 16)))
    this.#filter = new Uint32Array(bits / 32)
    this.#filterMask = bits - 1
    for (const gram of this.#buckets.keys()) {
      const bit = gram & this.#filterMask
      this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31))
    }
  }

  get size(): number {
    return this.#buckets.size
  }

  /** Calls back with every value whose gram the text contains, once each. */
  visit(text: string, each: (value: T) => void): void {
    const visit = ++this.#visits
    const filter = this.#filter
    const mask = this.#filterMask
    for (let at = 0; at + gramLength <= text.length; at++) {
      const gram = hashAt(text, at)
      const bit = gram & mask
      if (((filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) continue
      const bucket = this.#buckets.get(gram)
      if (!bucket || bucket.lastVisit === visit) continue
      bucket.lastVisit = visit
      for (const value of bucket.values) each(value)
    }
  }
}

interface Bucket<T> {
  readonly values: T[]
  /** The visit that saw this bucket last: a gram that stands in the text twice counts once. */
  lastVisit: number
}

/** A 30-bit hash of three UTF-16 units; the low bits, which the filter uses, depend on all of them. */
function hashAt(text: string, at: number): number {
  const mixed =
    Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 15)) & 0x3fffffff
}
