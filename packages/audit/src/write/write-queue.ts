import type { ChainHead, SealedLine } from '../chain/chain.ts'

/** Makes a line for the end of a chain. */
export type Draft = (head: ChainHead) => SealedLine

/** A draft that waits to be written. */
export interface Waiting {
  readonly draft: Draft
  readonly bytes: number
  readonly resolve: (line: SealedLine) => void
  readonly reject: (error: unknown) => void
}

/** Drafts in the order in which they came. Bounded. */
export class WriteQueue {
  readonly #bounds: { readonly maxWaiting: number; readonly maxWaitingBytes: number }
  #queue: Waiting[] = []
  #bytes = 0

  constructor(bounds: { readonly maxWaiting: number; readonly maxWaitingBytes: number }) {
    this.#bounds = bounds
  }

  size(): number {
    return this.#queue.length
  }

  /** Adds a draft, and promises its line. `undefined` when the queue is full. */
  add(draft: Draft, bytes: number): Promise<SealedLine> | undefined {
    const { maxWaiting, maxWaitingBytes } = this.#bounds
    if (this.#queue.length >= maxWaiting || this.#bytes + bytes > maxWaitingBytes) return undefined
    this.#bytes += bytes
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, bytes, resolve, reject })
    })
  }

  /** Takes the first drafts out. */
  take(count: number): Waiting[] {
    const taken = this.#queue.slice(0, count)
    this.#queue = this.#queue.slice(count)
    for (const { bytes } of taken) this.#bytes -= bytes
    return taken
  }

  /** Rejects everything that waits. Returns how much that was. */
  rejectAll(error: unknown): number {
    const { length } = this.#queue
    for (const { reject } of this.#queue) reject(error)
    this.#queue = []
    this.#bytes = 0
    return length
  }
}
