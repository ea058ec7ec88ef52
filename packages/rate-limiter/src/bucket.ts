import { takeFromWindow } from './fixed-window.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RateTake } from './rate-limiter.ts'
import { takeToken } from './token-bucket.ts'

/**
 * What was taken from one key. It holds what was used and never what was allowed, so that a limit that
 * changes holds at once, also for keys in use.
 */
export interface Bucket {
  /** Requests that still count, as a multiple of `1 / parts`. */
  readonly used: number
  /** The start of the window, or the time that a token bucket was last filled up to. */
  readonly at: number
  /** The parts of a request that `used` counts: 1 in a window, `windowMs` in a token bucket. */
  readonly parts: number
}

/** The answer to a request, with the bucket after it. */
export interface BucketStep extends Bucket {
  readonly take: RateTake
}

/** Takes one request under `limit`. No clock, no storage, no waiting. */
export function takeOne(bucket: Bucket | undefined, limit: RateLimit, now: number): BucketStep {
  return limit.burst === undefined
    ? takeFromWindow(bucket, limit, now)
    : takeToken(bucket, limit, limit.burst, now)
}

/** When nothing in the bucket counts any more under `limit`: it is as good as none then. */
export function elapsesAt({ used, at, parts }: Bucket, limit: RateLimit): number {
  if (limit.burst === undefined) return at + limit.windowMs
  return at + ((used / parts) * limit.windowMs) / limit.max
}
