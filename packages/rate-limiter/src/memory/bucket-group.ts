import { type BucketStep, elapsesAt, takeOne } from '../bucket.ts'
import type { RateLimit } from '../rate-limit.ts'
import type { RateTake } from '../rate-limiter.ts'
import { keySize } from '../room.ts'
import { Generation } from './generation.ts'
import type { Group } from './group-table.ts'

/**
 * The buckets of one tenant and scope, in two generations.
 *
 * What is used is in the younger generation, or moves there. Once a generation has lasted for as long
 * as anything in it can count, all that is still in the older one has elapsed and is dropped as a
 * whole. So forgetting takes no search, and never takes a bucket that counts.
 */
export class BucketGroup implements Group {
  size = 0
  /** What new keys share while there is no room. */
  #shared: BucketStep | undefined
  #young = new Generation()
  #old = new Generation()
  #oldSize = 0
  #youngSince: number
  /** INVARIANT: never moves back. */
  #now: number
  #longestMs: number
  readonly #onForgotten: (count: number) => void

  /** `onForgotten` is told how many keys were dropped at once. */
  constructor(now: number, lifetimeMs: number, onForgotten: (count: number) => void) {
    this.#youngSince = now
    this.#now = now
    this.#longestMs = lifetimeMs
    this.#onForgotten = onForgotten
  }

  get isEmpty(): boolean {
    const shared = this.#shared
    return this.size === 0 && (!shared || this.#now - shared.at >= this.#longestMs)
  }

  get youngSize(): number {
    return this.size - this.#oldSize
  }

  /** Moves the clock on and returns the time that counts. */
  advance(now: number, lifetimeMs: number): number {
    if (now > this.#now) this.#now = now
    if (lifetimeMs > this.#longestMs) this.#longestMs = lifetimeMs
    return this.#now
  }

  /** Takes from the bucket of a known key; `undefined` if the key is not known. */
  takeKnown(agent: string, limit: RateLimit): RateTake | undefined {
    const slot = this.#young.slotOf(agent) ?? this.#rejuvenate(agent)
    if (slot === undefined) return undefined
    const step = takeOne(this.#young.read(slot), limit, this.#now)
    if (step.take.ok) this.#young.write(slot, step)
    return step.take
  }

  /**
   * Takes for a new key. While the shared bucket counts, the key begins with what that has left: who
   * has taken from it before does not start afresh.
   */
  takeNew(agent: string, limit: RateLimit): RateTake {
    const shared = this.#shared
    const start = shared && elapsesAt(shared, limit) > this.#now ? shared : undefined
    const step = takeOne(start, limit, this.#now)
    if (step.take.ok) {
      this.#young.add(agent, step)
      this.size += keySize(agent)
    }
    return step.take
  }

  takeShared(limit: RateLimit): RateTake {
    this.#shared = takeOne(this.#shared, limit, this.#now)
    return this.#shared.take
  }

  /** Begins a new generation, if the present one has lasted long enough. */
  renew(now: number): void {
    if (now > this.#now) this.#now = now
    if (this.#now - this.#youngSince < this.#longestMs) return
    const forgotten = this.#old.count
    this.size -= this.#oldSize
    this.#oldSize = this.size
    this.#old = this.#young
    this.#young = new Generation()
    this.#youngSince = this.#now
    if (forgotten > 0) this.#onForgotten(forgotten)
  }

  #rejuvenate(agent: string): number | undefined {
    const slot = this.#old.slotOf(agent)
    if (slot === undefined) return undefined
    this.#young.add(agent, this.#old.read(slot))
    this.#old.forget(agent)
    this.#oldSize -= keySize(agent)
    return this.#young.slotOf(agent)
  }
}
