import type { Approval, ApprovalStatus } from '@agentguard/protocol'
import { stageOf } from './approval-stage.ts'

/**
 * How an approval stands, as a poller sees it.
 *
 * INVARIANT: what has expired reads DENY, also where the answer was ALLOW: some clients run an action
 * as soon as they read ALLOW.
 */
export function approvalStatus(approval: Approval): ApprovalStatus {
  const { id } = approval
  switch (stageOf(approval)) {
    case 'pending':
      return { id, status: 'pending' }
    case 'approved':
      return { decision: 'ALLOW', id, status: 'resolved' }
    case 'denied':
      return { decision: 'DENY', id, status: 'resolved' }
    case 'consumed':
      return { consumed: true, decision: 'ALLOW', id, status: 'resolved' }
    case 'expired':
      return { decision: 'DENY', expired: true, id, status: 'resolved' }
  }
}
