/** How often and when a delivery is tried again. */
export interface RetrySettings {
  /** How often a delivery is tried in all. */
  readonly attempts: number
  /** What the wait after the first attempt is at most; it doubles with each attempt. */
  readonly firstMs: number
  /** What no wait exceeds, whatever the receiver asks for. */
  readonly maxMs: number
}

export const defaultRetry: RetrySettings = { attempts: 6, firstMs: 1000, maxMs: 60_000 }

/**
 * How long to wait after a failed attempt, counted from 1. Random between half and all of it, so that
 * what failed together is not tried again together. What the receiver asks for is the least.
 */
export function backoffMs(
  attempt: number,
  { firstMs, maxMs }: RetrySettings,
  random: number,
  askedMs = 0
): number {
  const full = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  return Math.min(maxMs, Math.max(askedMs, full * (0.5 + random / 2)))
}
