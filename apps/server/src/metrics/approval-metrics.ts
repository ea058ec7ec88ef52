import type { Approval } from '@agentguard/protocol'
import type { Meters } from './meters.ts'

/** What has become of an approval. */
export type ApprovalOutcome = 'voted' | 'approved' | 'denied' | 'expired' | 'consumed' | 'lapsed'

/** What has become of an approval that has just changed. */
export function outcomeOf(approval: Approval): ApprovalOutcome {
  if (!approval.resolved) return 'voted'
  // Only an answer has a time until which it counts.
  if (approval.expired) return approval.valid_until === undefined ? 'expired' : 'lapsed'
  if (approval.consumed_at !== undefined) return 'consumed'
  return approval.decision === 'ALLOW' ? 'approved' : 'denied'
}

/** Creates the counting of what becomes of approvals, and how long that takes. */
export function createApprovalMetrics(meters: Meters): {
  readonly asked: () => void
  readonly changed: (approval: Approval) => void
} {
  const outcomes = meters.counter('approvals_total')
  const waits = meters.histogram('approval_wait_seconds')
  return {
    asked: () => outcomes.inc({ outcome: 'asked' }),
    changed(approval) {
      const outcome = outcomeOf(approval)
      outcomes.inc({ outcome })
      if (outcome !== 'approved' && outcome !== 'denied' && outcome !== 'expired') return
      const waitedMs = Date.parse(approval.resolved_at) - Date.parse(approval.created_at)
      if (waitedMs >= 0) waits.observe({ outcome }, waitedMs / 1000)
    }
  }
}
