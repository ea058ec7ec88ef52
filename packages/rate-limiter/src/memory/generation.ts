import type { Bucket } from '../bucket.ts'

const cellsPerBucket = 4

/**
 * Buckets in one flat array, found by name. A million of them is then one large block of numbers and
 * not a million objects for the garbage collector to visit.
 */
export class Generation {
  readonly #slots = new Map<string, number>()
  #cells = new Float64Array(8 * cellsPerBucket)
  #count = 0

  /** How many names are in it. */
  get count(): number {
    return this.#slots.size
  }

  slotOf(name: string): number | undefined {
    return this.#slots.get(name)
  }

  add(name: string, bucket: Bucket): void {
    const slot = this.#count++ * cellsPerBucket
    if (slot === this.#cells.length) {
      const cells = new Float64Array(2 * slot)
      cells.set(this.#cells)
      this.#cells = cells
    }
    this.#slots.set(name, slot)
    this.write(slot, bucket)
  }

  /** Its cells stay as they are: a generation is dropped as a whole. */
  forget(name: string): void {
    this.#slots.delete(name)
  }

  read(slot: number): Bucket {
    const cells = this.#cells
    return {
      used: cells[slot] as number,
      at: cells[slot + 1] as number,
      parts: cells[slot + 2] as number
    }
  }

  write(slot: number, { used, at, parts }: Bucket): void {
    const cells = this.#cells
    cells[slot] = used
    cells[slot + 1] = at
    cells[slot + 2] = parts
  }
}
