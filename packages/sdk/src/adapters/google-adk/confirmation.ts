import type { ApprovalNeeded } from '../../tool-gate/index.ts'

/** The payload of a confirmation that waits for a person. */
export interface AdkApproval {
  readonly approvalId: string
  /** Where a person answers; empty if that is not known. */
  readonly approvalUrl: string
}

/** The payload for an approval. */
export function payloadOf({ approvalId, approvalUrl }: ApprovalNeeded): AdkApproval {
  return { approvalId, approvalUrl }
}

/** Whether a payload is one of ours, and not that of a tool with confirmations of its own. */
export function isOurs(payload: unknown): payload is AdkApproval {
  return typeof payload === 'object' && payload !== null && 'approvalId' in payload
}
