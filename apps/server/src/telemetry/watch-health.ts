import type { Degradation, Health } from '../http/health.ts'

/** What is told when the state of the server changes. */
interface HealthChange {
  readonly timestamp: string
  readonly status: 'ok' | 'degraded'
  readonly reasons: readonly Degradation[]
}

/** What health is watched with. */
export interface WatchHealthOptions {
  readonly health: Pick<Health, 'degraded'>
  readonly onChange: (change: HealthChange) => void
  readonly now?: () => number
  readonly everyMs?: number
}

/** Watches how the server does. Returns what ends the watch. */
export function watchHealth({
  health,
  onChange,
  now = Date.now,
  everyMs = 1000
}: WatchHealthOptions): () => void {
  let before = reasonsOf(health)
  const timer = setInterval(() => {
    const reasons = reasonsOf(health)
    if (reasons.join() === before.join()) return
    before = reasons
    const status = reasons.length === 0 ? 'ok' : 'degraded'
    onChange({ timestamp: new Date(now()).toISOString(), status, reasons })
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}

function reasonsOf(health: Pick<Health, 'degraded'>): Degradation[] {
  const found = Object.entries(health.degraded()) as [Degradation, boolean][]
  return found.filter(([, holds]) => holds).map(([reason]) => reason)
}
