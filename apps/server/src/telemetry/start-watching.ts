import type { Feed } from '../events/feed.ts'
import type { Health } from '../http/health.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import { watchClock } from './watch-clock.ts'
import { watchHealth } from './watch-health.ts'
import { watchWrites } from './watch-writes.ts'

/** Who is told what a server notices of itself. */
export interface WatchingOptions {
  readonly health: Pick<Health, 'degraded' | 'clockJumped'>
  readonly metrics: Pick<Metrics, 'count'>
  readonly feed: Pick<Feed, 'announce'>
  /** Writes something down beside the verdicts. */
  readonly note: (kind: string, detail: Readonly<Record<string, unknown>>) => void
  /** Writes something small to the store. @defaultValue there is no store */
  readonly writeToStore?: (() => unknown) | undefined
  readonly onError?: (error: unknown) => void
}

/** What is being watched. */
export interface Watching {
  /** Whether the store can be written. */
  isStoreUp(): boolean
  close(): void
}

/** Watches the clock, the store and the health of the server, and tells of what changes. */
export function startWatching(options: WatchingOptions): Watching {
  const { health, metrics, feed, note, writeToStore = () => {}, onError = () => {} } = options
  const store = watchWrites({ write: writeToStore, onError })
  const endClock = watchClock({
    onJump(byMs) {
      health.clockJumped(byMs)
      metrics.count('clock_jumps_total')
      note('clock-jumped', { by_ms: Math.round(byMs) })
    }
  })
  const endHealth = watchHealth({
    health,
    onChange(change) {
      feed.announce('health_changed', { ...change })
      note('health-changed', { status: change.status, reasons: change.reasons })
    }
  })
  return {
    isStoreUp: store.isUp,
    close() {
      store.close()
      endClock()
      endHealth()
    }
  }
}
