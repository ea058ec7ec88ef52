import type { SealedLine } from '@agentguard/audit'
import type { GuardEvent, VerdictOrigin } from '@agentguard/guard'
import type { NotifierEvent } from '@agentguard/notifier'
import type { LineListener } from '../events/watch-store.ts'
import { createApprovalMetrics } from './approval-metrics.ts'
import type { DecisionCounts } from './decision-counts.ts'
import { createDecisionMetrics } from './decision-metrics.ts'
import { createHttpMetrics, type HttpObservation } from './http-metrics.ts'
import { createMeters, type Meters, type Tally } from './meters.ts'
import { createNotifierMetrics } from './notifier-metrics.ts'
import { createSampler, type Samples } from './samples.ts'

/** Everything that is counted. None of the methods throws. */
export interface Metrics extends LineListener {
  /** To be subscribed to the guard. */
  guardEvent(event: GuardEvent): void
  /** To be given to the notifier as its `onEvent`. */
  notifierEvent(event: NotifierEvent): void
  /** A part failed that a verdict needs: the guard's `onError`. */
  fault(part: string): void
  /** A request has been answered. */
  http(request: HttpObservation): void
  /** Adds to a counter that has at most one label, such as `auth_failures_total`. */
  count(name: CountedName, label?: string, by?: number): void
  /** A policy was loaded, or could not be. */
  policyLoaded(tenant: string, digest: string | undefined): void
  policyFailed(tenant: string): void
  /** A tenant is no longer there. */
  policyRemoved(tenant: string): void
  /** Verdicts of before the start have been read. */
  replayed(entries: number, durationMs: number): void
  /** Adds verdicts of before the start. */
  restore(counts: DecisionCounts): void
  /** What became of a migration of the audit log. Until then there was none to be made. */
  migrated(status: 'ran' | 'skipped' | 'failed'): void
  /**
   * Everything as Prometheus reads it (text format 0.0.4).
   *
   * Without `detail`, families that name tenants, agents, scopes or rules have no samples.
   */
  render(options: { readonly detail: boolean }): Promise<string>
}

/** The counters that anybody may add to, with what their label says. */
type CountedName =
  /** by reason */
  | 'auth_failures_total'
  | 'admission_refusals_total'
  | 'approval_replay_refused_total'
  | 'approvals_evicted_total'
  | 'sse_events_dropped_total'
  /** by scope */
  | 'ratelimit_bucket_evictions_total'
  /** by feature */
  | 'deprecations_used_total'
  /** without a label */
  | 'sse_refused_total'
  | 'clock_jumps_total'
  | 'audit_failures_total'
  | 'audit_corrupt_lines_total'
  | 'notify_spooled_to_disk_total'
  | 'notify_despooled_total'

/** What metrics are made of. */
export interface MetricsOptions {
  readonly version: string
  readonly commit: string
  /** What is looked at when somebody asks. What is absent is 0. */
  readonly samples?: Samples
  /** Told what could not be sampled. */
  readonly onError?: (error: unknown) => void
  /** Whether figures of the process and of node are wanted. @defaultValue true */
  readonly withProcess?: boolean
  readonly now?: () => number
}

/** The content type of {@link Metrics.render}. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** Creates all metrics at zero. Recording a verdict takes about a microsecond. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { version, commit, samples = {}, onError = () => {}, now = Date.now } = options
  const meters = createMeters(options)
  const countDecision = createDecisionMetrics(meters)
  const approvals = createApprovalMetrics(meters)
  const sample = createSampler(meters, samples, onError)
  const policyMs = meters.histogram('policy_eval_duration_ms')
  const auditMs = meters.histogram('audit_write_duration_ms')
  const requestMs = meters.histogram('request_duration_ms')
  const rateLimited = meters.counter('rate_limited_total')
  const rotations = meters.counter('audit_rotations_total')
  const origins = originSeries(meters)
  const digests = new Map<string, string>()
  migrated('skipped')
  const rendering = new Map<boolean, Promise<string>>()
  let checkpointAt = now()
  // What nobody looks at is not down.
  for (const name of ['audit_up', 'store_up']) meters.gauge(name).set(1)
  meters.gauge('build_info').set({ version, commit, node: process.version }, 1)

  function verdict({ by, ...times }: Extract<GuardEvent, { type: 'check' }>): void {
    requestMs.observe(times.policyMs + times.auditMs)
    auditMs.observe(times.auditMs)
    if (judged.has(by)) policyMs.observe(times.policyMs)
    if (by === 'rate_limit') rateLimited.inc()
    origins[by].pending++
  }

  function takeLine({ line }: SealedLine): void {
    if (!('_meta' in line)) countDecision(line)
    else if (line._meta.rotated_from !== undefined) rotations.inc()
    else if (line._meta.event === 'checkpoint') checkpointAt = now()
  }

  function migrated(status: 'ran' | 'skipped' | 'failed'): void {
    const statuses = meters.gauge('audit_migration_status')
    statuses.reset()
    statuses.set({ from: '1', to: '2', status }, 1)
  }

  function forgetDigest(tenant: string): void {
    const digest = digests.get(tenant)
    if (digest !== undefined) meters.gauge('policy_info').remove(tenant, digest)
    digests.delete(tenant)
  }

  async function render(detail: boolean): Promise<string> {
    await sample()
    meters.gauge('audit_checkpoint_age_seconds').set(Math.max(0, now() - checkpointAt) / 1000)
    return await meters.render({ detail })
  }

  return {
    opened() {},
    take(lines) {
      for (const line of lines) takeLine(line)
    },
    guardEvent(event) {
      if (event.type === 'check') verdict(event)
      else if (event.type === 'approval-changed') approvals.changed(event.approval)
      else if (event.type === 'approval-required') approvals.asked()
      else if (event.type === 'approval-mismatch') {
        meters.counter('approval_replay_mismatch_total').inc()
      } else meters.counter('approval_replay_refused_total').inc({ reason: event.reason })
    },
    notifierEvent: createNotifierMetrics(meters),
    fault: (part) => meters.counter('faults_total').inc({ part }),
    http: createHttpMetrics(meters),
    count(name, label, by = 1) {
      const counter = meters.counter(name)
      if (label === undefined) counter.inc(by)
      else counter.inc({ [labelOf[name] ?? '']: label }, by)
    },
    policyLoaded(tenant, digest) {
      meters.counter('policy_loads_total').inc({ outcome: 'loaded' })
      meters.gauge('policy_loaded_timestamp_seconds').set(now() / 1000)
      forgetDigest(tenant)
      if (digest === undefined || digests.size >= maxDigests) return
      digests.set(tenant, digest)
      meters.gauge('policy_info').set({ tenant, digest }, 1)
    },
    policyRemoved: forgetDigest,
    policyFailed: () => meters.counter('policy_loads_total').inc({ outcome: 'failed' }),
    replayed(entries, durationMs) {
      meters.counter('audit_replay_entries_total').inc(entries)
      meters.gauge('audit_replay_duration_seconds').set(durationMs / 1000)
    },
    restore({ allowed, denied, approvals: asked }) {
      meters.counter('checks_total').inc(allowed + denied + asked)
      meters.counter('allowed_total').inc(allowed)
      meters.counter('denied_total').inc(denied)
      meters.counter('approval_required_total').inc(asked)
    },
    migrated,
    render({ detail }) {
      // Who asks while somebody is answered gets the same: the route is open.
      const known = rendering.get(detail)
      if (known) return known
      const rendered = render(detail).finally(() => rendering.delete(detail))
      rendering.set(detail, rendered)
      return rendered
    }
  }
}

/** How many tenants have the digest of their policy among the metrics. */
const maxDigests = 200

const labelOf: Partial<Record<CountedName, string>> = {
  auth_failures_total: 'reason',
  admission_refusals_total: 'reason',
  approval_replay_refused_total: 'reason',
  approvals_evicted_total: 'reason',
  sse_events_dropped_total: 'reason',
  ratelimit_bucket_evictions_total: 'scope',
  deprecations_used_total: 'feature'
}

/** Verdicts for which the policy was asked. */
const judged: ReadonlySet<VerdictOrigin> = new Set(['policy', 'budget', 'approval'])

const verdictOrigins: readonly VerdictOrigin[] = [
  'policy',
  'tenant',
  'rate_limit',
  'budget',
  'approval',
  'fault',
  'report'
]

function originSeries(meters: Meters): Record<VerdictOrigin, Tally> {
  const series = verdictOrigins.map((by) => [by, meters.tally('verdicts_total', { by })])
  return Object.fromEntries(series) as Record<VerdictOrigin, Tally>
}
