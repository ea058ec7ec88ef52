import { createHealth, type Health } from '../http/health.ts'
import type { Log } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics/create-metrics.ts'
import type { Policies } from '../policy/policies.ts'
import { messageOf } from '../state/state-error.ts'
import type { WatchedWrites } from '../telemetry/watch-writes.ts'
import { commit, version } from '../version.ts'
import { createJournal, type Journal } from './journal.ts'
import type { OpenGuard } from './open-guard.ts'
import type { OpenLog } from './open-log.ts'
import type { OpenNotifier } from './open-notifier.ts'

/** What runs by now. Who looks at the server before all of it is there sees what is there. */
interface Running {
  policies?: Policies
  writes?: WatchedWrites | undefined
  log?: OpenLog
  notifications?: OpenNotifier
  guard?: OpenGuard
}

/** Those who are told of everything, and are there first. */
export interface Observers {
  readonly log: Log
  readonly journal: Journal
  readonly health: Health
  readonly metrics: Metrics
  readonly running: Running
  /** Told what failed and stops nothing. */
  readonly onFault: (error: unknown) => void
}

export function createObservers(log: Log): Observers {
  const onFault = (error: unknown): void => log(`ERROR: ${messageOf(error)}`)
  const running: Running = {}
  const auditHealth = () =>
    running.log?.audit.health() ?? ({ status: 'ok', size: 0, waiting: 0, refused: 0 } as const)
  const isStoreUp = () => running.writes?.isUp() ?? true
  const health = createHealth(version, Date.now, {
    audit: auditHealth,
    isStoreUp,
    policyDigest: (tenant) => running.policies?.digestOf(tenant)
  })
  const metrics = createMetrics({
    version,
    commit,
    samples: {
      pendingApprovals: () => running.guard?.approvals.countPending() ?? 0,
      rateLimitBuckets: () => running.guard?.limiter.size ?? 0,
      sseSubscribers: () => running.log?.followers.feed().size() ?? 0,
      notifyWaiting: () => running.notifications?.waiting() ?? 0,
      auditHealth,
      isStoreUp,
      degraded: health.degraded
    },
    onError: onFault
  })
  return { log, journal: createJournal(onFault), health, metrics, running, onFault }
}
