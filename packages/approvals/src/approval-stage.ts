import type { Approval } from '@agentguard/protocol'

/** Where an approval is in its life. `consumed` and `expired` are the ends of it. */
export type ApprovalStage = 'pending' | 'approved' | 'denied' | 'consumed' | 'expired'

/** The stage of an approval, as its members say it. What they do not say clearly counts as denied. */
export function stageOf(approval: Approval): ApprovalStage {
  if (approval.expired) return 'expired'
  if (approval.consumed_at !== undefined) return 'consumed'
  if (!approval.resolved) return 'pending'
  return approval.decision === 'ALLOW' ? 'approved' : 'denied'
}
