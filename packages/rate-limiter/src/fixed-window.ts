import type { Bucket, BucketStep } from './bucket.ts'
import type { RateLimit } from './rate-limit.ts'

/**
 * One step of a fixed window: it starts at the key's first use and advances by whole windows.
 *
 * INVARIANT: the start never moves back, and a window is left by its end only, so a clock that goes
 * back admits nothing.
 */
export function takeFromWindow(
  bucket: Bucket | undefined,
  { max, windowMs }: RateLimit,
  now: number
): BucketStep {
  if (!bucket) return admit(1, now, max)
  const elapsed = now - bucket.at
  if (elapsed >= windowMs) {
    // Rounding must not put the start behind now.
    const start = Math.min(now, bucket.at + Math.floor(elapsed / windowMs) * windowMs)
    return admit(1, start, max)
  }
  // What a token bucket has left of a request counts as a whole one.
  const used = bucket.parts === 1 ? bucket.used : Math.ceil(bucket.used / bucket.parts)
  if (used < max) return admit(used + 1, bucket.at, max)
  const take = { ok: false, retryAfterMs: Math.ceil(windowMs - elapsed) } as const
  return { used: bucket.used, at: bucket.at, parts: bucket.parts, take }
}

function admit(used: number, at: number, max: number): BucketStep {
  return { used, at, parts: 1, take: { ok: true, remaining: Math.floor(max - used) } }
}
