import type { RateLimit } from './rate-limit.ts'

/**
 * Whose requests are counted together. Two keys are the same when all three texts are: what is in
 * them, `:` for instance, never makes two keys meet.
 */
export interface RateKey {
  readonly tenant: string
  readonly scope: string
  /** Who is asking: the authenticated name where there is one. */
  readonly agent: string
}

export type RateTake =
  | {
      readonly ok: true
      /** How many more would pass now. */
      readonly remaining: number
    }
  | {
      readonly ok: false
      /** After how many milliseconds a request could pass. */
      readonly retryAfterMs: number
    }

/**
 * Counts requests against rate limits.
 *
 * Implementations
 * - MUST make `take` atomic per key, across all processes that share their storage: two concurrent
 *   takes never spend one token, and a token is spent before the answer is given;
 * - MUST apply the `limit` of the call, whatever limit the key was used with before;
 * - MUST NOT count a refused request;
 * - MUST bound what they remember, and forget a key only when nothing of it counts any more. New keys
 *   beyond the bound share one bucket per tenant and scope;
 * - MUST NOT admit anything because `now` went back.
 *
 * A refusal is a value. A `RangeError` (a limit or a time that is none) and a broken storage throw or
 * reject: the caller denies then.
 */
export interface RateLimiter {
  take(key: RateKey, limit: RateLimit, now: number): RateTake | Promise<RateTake>
}
