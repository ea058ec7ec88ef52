import type { Approval } from '@agentguard/protocol'
import type { ApprovalStage, Voter } from '../src/index.ts'
import { newApproval } from '../src/new-approval.ts'
import { transition } from '../src/transition.ts'
import { ask } from './ask.ts'

export const begin: number = Date.parse('2026-11-22T07:00:00Z')
export const hour = 3_600_000
export const validityMs = 300_000
const digest = 'sha256:00'

/** A pending approval. */
export function pendingApproval(more: Partial<Parameters<typeof newApproval>[0]> = {}): Approval {
  return newApproval(ask('ls', more), { id: 'ap_1', digest, now: begin, expiresMs: hour })
}

/** What has to happen, in turn, for an approval to be in a stage. */
const paths: Readonly<Record<ApprovalStage, readonly string[]>> = {
  pending: [],
  approved: ['approve'],
  denied: ['deny'],
  consumed: ['approve', 'consume'],
  expired: ['expire']
}

/** An approval in a stage that began at {@link begin}, or ended then. */
export function approvalIn(stage: ApprovalStage): Approval {
  return paths[stage].reduce((approval, type) => {
    const now = type === 'expire' ? begin + hour : begin
    return transition(approval, event(type), now).approval
  }, pendingApproval())
}

export function event(type: string, voter: Voter = {}): Parameters<typeof transition>[1] {
  switch (type) {
    case 'approve':
    case 'deny':
      return { type, voter, validityMs }
    case 'consume':
      return { type, digest }
    case 'consume, another action':
      return { type: 'consume', digest: 'sha256:11' }
    case 'expire':
      return { type }
    default:
      throw new Error(`no event is called ${type}`)
  }
}
