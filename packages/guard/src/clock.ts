import { PartFailure } from './part-failure.ts'

/** A clock whose failures are known. */
export interface Clock {
  /** Milliseconds. A clock that fails, or says no time, is a failure of the part `clock`. */
  now(): number
  /** For what is only told: a clock that fails says 0. What is decided by the time has failed by then. */
  stamp(): number
}

/** Wraps a source of time. */
export function createClock(source: () => number): Clock {
  function now(): number {
    let at: number
    try {
      at = source()
    } catch (error) {
      throw new PartFailure('clock', error)
    }
    // What no date can hold is no time.
    if (!(Math.abs(at) <= 8.64e15)) {
      throw new PartFailure('clock', new RangeError('the clock says no time'))
    }
    return at
  }
  return {
    now,
    stamp() {
      try {
        return now()
      } catch {
        return 0
      }
    }
  }
}
