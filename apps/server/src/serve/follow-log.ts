import type { AuditStore } from '@agentguard/audit'
import type { Approval } from '@agentguard/protocol'
import { createFeed, type Feed } from '../events/feed.ts'
import { tellRepairs } from '../events/tell-repairs.ts'
import { watchStore } from '../events/watch-store.ts'
import type { Log } from '../log.ts'
import { createCountsFile } from '../metrics/counts-file.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import { createLastingCounts, type LastingCounts } from '../metrics/lasting-counts.ts'
import type { RedactorOf } from '../policy/redactors.ts'

/** Those who follow the audit log: live events, figures by tenant, metrics. */
export interface LogFollowers {
  /** Puts them in the way of what is written. To be called once, when the store is there. */
  readonly watch: (store: AuditStore) => AuditStore
  /** The live events, once the store is there. */
  readonly feed: () => Feed
  /** How many verdicts each tenant has had, once the store is there. */
  readonly counts: () => LastingCounts
}

export interface LogFollowersOptions {
  readonly metrics: Metrics
  readonly findApproval: (tenant: string, id: string) => Promise<Approval | undefined>
  readonly redactorOf: RedactorOf
  /** Where counts are kept over a restart. */
  readonly countsPath: string
  readonly log: Log
  readonly onFault: (error: unknown) => void
}

export function followLog(options: LogFollowersOptions): LogFollowers {
  const { metrics, findApproval, redactorOf, countsPath, log, onFault } = options
  let feed: Feed | undefined
  let counts: LastingCounts | undefined
  return {
    watch(store) {
      const scan: AuditStore['scan'] = (what) => store.scan(what)
      feed = createFeed({
        scan,
        findApproval,
        redact: (tenant, action) => redactorOf(tenant).redactAction(action),
        onDropped: (reason, count) => metrics.count('sse_events_dropped_total', reason, count),
        onRefused: () => metrics.count('sse_refused_total'),
        onError: onFault
      })
      counts = createLastingCounts({
        file: createCountsFile(countsPath),
        scan,
        onRestored: metrics.restore,
        onReplayed: metrics.replayed,
        onError: onFault
      })
      return watchStore(store, [feed, metrics, counts, tellRepairs(log)], onFault)
    },
    feed: () => there(feed),
    counts: () => there(counts)
  }
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the log is not open')
  return part
}
