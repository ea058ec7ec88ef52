import type { AuditHealth } from '@agentguard/audit'
import type { Meters } from './meters.ts'

/** What is looked at when somebody asks for metrics. What is absent stays 0. */
export interface Samples {
  readonly pendingApprovals?: () => number | Promise<number>
  readonly rateLimitBuckets?: () => number | Promise<number>
  readonly sseSubscribers?: () => number
  readonly notifyWaiting?: () => number
  readonly auditHealth?: () => AuditHealth
  readonly isStoreUp?: () => boolean
  /** Reasons for which the server is degraded, all that there are, with whether each holds. */
  readonly degraded?: () => Readonly<Record<string, boolean>>
}

/** Creates what looks at everything. What fails keeps its last value. */
export function createSampler(
  meters: Meters,
  samples: Samples,
  onError: (error: unknown) => void
): () => Promise<void> {
  const refused = meters.counter('audit_refused_total')
  let refusedBefore = 0

  async function set(
    name: string,
    sample: (() => number | Promise<number>) | undefined
  ): Promise<void> {
    if (!sample) return
    try {
      meters.gauge(name).set(await sample())
    } catch (error) {
      onError(error)
    }
  }

  function sampleAudit({ status, size, waiting, refused: count, checkpoint }: AuditHealth): void {
    meters.gauge('audit_up').set(status === 'ok' ? 1 : 0)
    meters.gauge('audit_lines').set(size)
    meters.gauge('audit_buffered_queue_depth').set(waiting)
    refused.inc(Math.max(0, count - refusedBefore))
    refusedBefore = count
    if (checkpoint) meters.gauge('audit_checkpoint_lines').set(checkpoint.size)
  }

  return async () => {
    const { auditHealth, degraded, isStoreUp } = samples
    try {
      if (auditHealth) sampleAudit(auditHealth())
      if (isStoreUp) meters.gauge('store_up').set(isStoreUp() ? 1 : 0)
      const reasons = Object.entries(degraded?.() ?? {})
      for (const [reason, holds] of reasons) meters.gauge('degraded').set({ reason }, holds ? 1 : 0)
    } catch (error) {
      onError(error)
    }
    await Promise.all([
      set('pending_approvals', samples.pendingApprovals),
      set('ratelimit_buckets', samples.rateLimitBuckets),
      set('sse_subscribers', samples.sseSubscribers),
      set('notify_queue_depth', samples.notifyWaiting)
    ])
  }
}
