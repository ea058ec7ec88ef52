export { actionDigest } from './action-digest.ts'
export { type ApprovalLimits, defaultApprovalLimits, type Quota } from './approval-limits.ts'
export { type ApprovalStage, stageOf } from './approval-stage.ts'
export { approvalStatus } from './approval-status.ts'
export type { Answer, Approvals, Consumed, LookedUp, Opened, Resolved } from './approvals.ts'
export { ApprovalsError, type ApprovalsErrorCode } from './approvals-error.ts'
export type { ApprovalsOptions } from './create-approvals.ts'
export { memoryApprovals } from './drivers/memory.ts'
export type { ApprovalGroup } from './group-alike.ts'
export type { Voter, VoterRefusal } from './judge-voter.ts'
export type { Ask } from './new-approval.ts'
export {
  type ApprovalEvent,
  type ApprovalRefusal,
  type Transition,
  transition
} from './transition.ts'
export type { ApprovalChange } from './turn.ts'
