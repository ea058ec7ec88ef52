import { type ApprovalRefusal, type Resolved, stageOf } from '@agentguard/approvals'
import type { Resolution } from '@agentguard/protocol'

/** What a person is told about the answer that they gave, and the status of the page that says it. */
export function describeReply(
  resolved: Resolved,
  decision: Resolution
): { readonly status: number; readonly message: string } {
  if (!resolved.ok) {
    if (resolved.reason === 'not_found') return { status: 404, message: 'The approval is gone.' }
    return { status: refusalStatus(resolved.reason), message: refusals[resolved.reason] }
  }
  if (stageOf(resolved.approval) === 'pending') {
    return { status: 200, message: 'Your answer counts. More people have to agree.' }
  }
  const done = decision === 'ALLOW' ? 'approved' : 'denied'
  return { status: 200, message: `You have ${done} this.` }
}

function refusalStatus(reason: ApprovalRefusal): number {
  if (reason === 'comment_too_long') return 400
  return reason in forbidden ? 403 : 409
}

const forbidden = {
  not_an_approver: 'You are not among those who may answer this.',
  self_approval: 'Whoever asked may not approve.',
  identity_required: 'Who answers this has to be known: sign in with a credential of your own.'
} as const

const refusals: Readonly<Record<ApprovalRefusal, string>> = {
  ...forbidden,
  comment_too_long: 'The comment is longer than 4096 characters.',
  already_resolved: 'Somebody else has answered before you, and their answer stays.',
  denied: 'Somebody else has answered before you, and their answer stays.',
  consumed: 'It was approved, and has been executed.',
  expired: 'Its time is over. The agent has to ask again.',
  pending: 'Nobody has answered yet.',
  digest_mismatch: 'It was given for another action.'
}
