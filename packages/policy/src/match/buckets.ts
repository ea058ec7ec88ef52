/**
 * Lists of values by a 32-bit hash.
 *
 * One bit per hash comes before the look-up, so that asking for a hash that is not there, which is
 * what nearly every question is, costs a few instructions and no memory that is not in the cache.
 * Two keys may share a hash: what is found are candidates.
 */
export class Buckets<T> {
  readonly #lists = new Map<number, T[]>()
  readonly #filter: Uint32Array
  readonly #filterMask: number

  constructor(entries: readonly (readonly [hash: number, value: T])[]) {
    for (const [hash, value] of entries) {
      const list = this.#lists.get(hash)
      if (list) list.push(value)
      else this.#lists.set(hash, [value])
    }
    const bits = 2 ** Math.ceil(Math.log2(Math.max(1024, this.#lists.size * 16)))
    this.#filter = new Uint32Array(bits / 32)
    this.#filterMask = bits - 1
    for (const hash of this.#lists.keys()) {
      const bit = spread(hash) & this.#filterMask
      this.#filter[bit >>> 5] = (this.#filter[bit >>> 5] as number) | (1 << (bit & 31))
    }
  }

  get size(): number {
    return this.#lists.size
  }

  get(hash: number): T[] | undefined {
    const bit = spread(hash) & this.#filterMask
    if (((this.#filter[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return undefined
    return this.#lists.get(hash)
  }
}

/** Lets the low bits, which the filter uses, depend on all bits. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return mixed ^ (mixed >>> 13)
}
