import type { Pattern, Truth } from '@agentguard/policy'
import type { FurtherAction } from '@agentguard/protocol'
import { keyOf } from './key-of.ts'

/** When an action was allowed last. */
interface Done {
  readonly texts: readonly [action: string, command: string]
  readonly at: number
  readonly size: number
}

/** A time in which something was allowed to have been done. */
export interface Window {
  readonly since: number
  readonly now: number
}

/** How much later than now something may have been done: clocks are set back by so much all the time. */
const toleranceMs = 5000

/** How much later than what is told now something may have been told before. Beyond that, the clock was ahead. */
const disorderMs = 3_600_000

/** What one agent was allowed to do in one scope: each different action once, the oldest first. */
export class Past {
  /** How much is remembered: one for each action, and one more for each 256 characters. */
  size = 0
  /** Actions up to this time may be missing. */
  unknownUntil: number
  readonly #done = new Map<string, Done>()

  constructor(unknownUntil: number) {
    this.unknownUntil = unknownUntil
  }

  get isEmpty(): boolean {
    return this.#done.size === 0
  }

  /** Only the last time of an action matters, whatever order they are told in; one of a clock that was ahead does not. */
  remember({ action = '', command = '' }: FurtherAction, at: number): void {
    const key = keyOf(action, command)
    const before = this.#done.get(key)
    this.#done.delete(key)
    const size = sizeOf(key) + 1
    this.size += size - (before?.size ?? 0)
    const last = before && before.at <= at + disorderMs ? Math.max(at, before.at) : at
    this.#done.set(key, { texts: [action, command], at: last, size })
  }

  /** Forgets, and remembers to have forgotten. */
  forgetOldest(): void {
    for (const [key, { at, size }] of this.#done) {
      this.#done.delete(key)
      this.size -= size
      this.unknownUntil = Math.max(this.unknownUntil, at)
      return
    }
  }

  /**
   * Whether an action was allowed in a window that is a text or matches it as a pattern. How long ago something was
   * done that lies ahead cannot be known: the clock was set back since.
   */
  find(text: string, pattern: Pattern, { since, now }: Window): Truth {
    let isAhead = false
    for (const { texts, at } of this.#done.values()) {
      if (at < since || !texts.some((one) => one === text || pattern.matches(one))) continue
      if (at <= now + toleranceMs) return 'yes'
      isAhead = true
    }
    return isAhead || this.unknownUntil >= since ? 'unknown' : 'no'
  }
}

/** What is counted for a text, beside the one for what it is the text of. */
export function sizeOf(text: string): number {
  return Math.floor(text.length / 256)
}
