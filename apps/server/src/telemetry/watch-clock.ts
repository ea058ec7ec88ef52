/** What a clock is watched with. */
export interface WatchClockOptions {
  /** Told by how much the clock has jumped: forward is positive. */
  readonly onJump: (byMs: number) => void
  readonly now?: () => number
  /** Milliseconds that cannot jump. */
  readonly elapsed?: () => number
  readonly everyMs?: number
}

/** A clock that is set right bit by bit stays below this. */
const jumpMs = 5000

/**
 * Watches whether the clock of the machine jumps: limits, budgets and approvals count by it. Returns what ends
 * the watch.
 */
export function watchClock({
  onJump,
  now = Date.now,
  elapsed = () => performance.now(),
  everyMs = 10_000
}: WatchClockOptions): () => void {
  let offset = now() - elapsed()
  const timer = setInterval(() => {
    const current = now() - elapsed()
    const byMs = current - offset
    offset = current
    if (Math.abs(byMs) >= jumpMs) onJump(byMs)
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
