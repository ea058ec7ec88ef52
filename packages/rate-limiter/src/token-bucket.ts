import type { Bucket, BucketStep } from './bucket.ts'
import type { RateLimit } from './rate-limit.ts'

/**
 * One step of a token bucket that holds `burst` tokens and gains `max` of them per `windowMs`.
 *
 * It counts in parts of a request of which `max` come back per millisecond, so that with whole
 * milliseconds all numbers are integers and no rounding ever gives a token away.
 *
 * INVARIANT: `at` never moves back, so a clock that does mints no tokens.
 */
export function takeToken(
  bucket: Bucket | undefined,
  { max, windowMs }: RateLimit,
  burst: number,
  now: number
): BucketStep {
  const before = bucket ?? { used: 0, at: now, parts: windowMs }
  const at = Math.max(now, before.at)
  const used = Math.max(0, inParts(before, windowMs) - (at - before.at) * max)
  const free = burst * windowMs - used - windowMs
  if (free < 0) {
    const take = { ok: false, retryAfterMs: Math.ceil(-free / max + at - now) } as const
    return { used: before.used, at: before.at, parts: before.parts, take }
  }
  const take = { ok: true, remaining: Math.floor(free / windowMs) } as const
  return { used: used + windowMs, at, parts: windowMs, take }
}

/** What was used, in other parts. Rounds up, so that a change of the limit gives nothing away. */
function inParts({ used, parts }: Bucket, wanted: number): number {
  return parts === wanted ? used : Math.ceil((used / parts) * wanted)
}
