import type { DatabaseSync } from 'node:sqlite'
import type { Feed } from '../events/feed.ts'
import type { Health } from '../http/health.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import { inPlace } from '../state/in-place.ts'
import { messageOf } from '../state/state-error.ts'
import { writeProbe } from '../state/write-probe.ts'
import { watchClock } from '../telemetry/watch-clock.ts'
import { watchHealth } from '../telemetry/watch-health.ts'
import { type WatchedWrites, watchWrites } from '../telemetry/watch-writes.ts'
import type { Journal } from './journal.ts'

/** Watches whether the database can be written, and keeps it. Undefined where there is none. */
export function watchDatabase(
  database: DatabaseSync | undefined,
  log: Log,
  everyMs?: number
): WatchedWrites | undefined {
  const path = database?.location()
  if (!database || !path) return undefined
  const write = writeProbe(database)
  const assertInPlace = inPlace(path)
  return watchWrites({
    write() {
      assertInPlace()
      write()
    },
    onError: (error) => log(`ERROR: the database cannot be written: ${messageOf(error)}`),
    ...(everyMs === undefined ? {} : { everyMs })
  })
}

export interface WatchServerOptions {
  readonly health: Health
  readonly metrics: Metrics
  readonly feed: Feed
  readonly journal: Journal
  readonly log: Log
}

/** Watches clock and health, and tells of what changes. Returns what ends it. */
export function watchServer(options: WatchServerOptions): () => void {
  const { health, metrics, feed, journal, log } = options
  const endClock = watchClock({
    onJump(byMs) {
      health.clockJumped(byMs)
      metrics.count('clock_jumps_total')
      journal.note('clock-jumped', { by_ms: Math.round(byMs) })
      log(`WARNING: the clock has jumped by ${Math.round(byMs / 1000)} s`)
    }
  })
  const endHealth = watchHealth({
    health,
    onChange(change) {
      feed.announce('health', { ...change })
      const reasons = change.reasons.join(', ')
      log(reasons === '' ? 'INFO: the server is well again' : `WARNING: degraded: ${reasons}`)
    }
  })
  return () => {
    endClock()
    endHealth()
  }
}
