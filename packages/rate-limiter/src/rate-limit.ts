/**
 * How much may be taken: `max` requests per window of `windowMs`, counted from the first use on; or,
 * with `burst`, a bucket of `burst` tokens that refills at `max` per `windowMs`.
 */
export interface RateLimit {
  readonly max: number
  readonly windowMs: number
  readonly burst?: number | undefined
}

/** How long after the last request nothing of it counts any more. */
export function lifetimeMs({ max, windowMs, burst }: RateLimit): number {
  return burst === undefined ? windowMs : (burst * windowMs) / max
}

/** Throws a `RangeError` for what is no limit or no time. Nothing is counted then. */
export function checkRateLimit({ max, windowMs, burst = 1 }: RateLimit, now: number): void {
  const isLimit = max >= 1 && windowMs > 0 && burst >= 1
  if (!isLimit || !Number.isFinite(max + windowMs + burst)) {
    throw new RangeError('a rate limit needs `max` and `burst` from 1 on and a `windowMs` above 0')
  }
  if (!Number.isFinite(now)) throw new RangeError('`now` must be a finite number of milliseconds')
}
