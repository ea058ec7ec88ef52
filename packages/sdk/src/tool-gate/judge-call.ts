import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { isFailMode } from '../check-result.ts'
import { messageOf } from '../endpoint.ts'
import { timeoutReason } from '../follow-approval.ts'
import type { VerdictSource } from './approval-source.ts'
import { deny, fault, type ToolVerdict } from './tool-verdict.ts'

/** What happens to a call that needs a person's yes. */
export type ApprovalMode = 'wait' | 'native' | 'deny'

/** A question about one call. */
export interface CallQuestion {
  readonly action: ActionRequest
  readonly mode: ApprovalMode
  /** How long to wait for a person, in milliseconds. */
  readonly approvalTimeoutMs: number
  /** The approval that the call may have. */
  readonly approvalId?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly now: () => number
}

/**
 * Asks about a call, and waits for a person if that is the mode. After a yes it asks again, so that the approval is
 * used up, for exactly this action, and the policy of that moment holds. Never rejects.
 */
export async function judgeCall(
  source: VerdictSource,
  question: CallQuestion
): Promise<ToolVerdict> {
  const { signal } = question
  try {
    return await judge(source, question)
  } catch (error) {
    if (signal?.aborted) return fault('The call was aborted before it was allowed', 'aborted')
    return fault(`AgentGuard failed: ${messageOf(error)}`)
  }
}

/** How often a yes may be gone before it is used: each time there is another approval to wait for. */
const maxRounds = 10

async function judge(source: VerdictSource, question: CallQuestion): Promise<ToolVerdict> {
  const deadline = question.now() + question.approvalTimeoutMs
  let verdict = await askOnce(source, question, question.approvalId)
  for (let round = 0; round < maxRounds && verdict.kind === 'approval'; round++) {
    if (question.mode === 'native') return verdict
    if (question.mode === 'deny' || !source.wait) return deny('unapproved', verdict.result)
    const { approvalId, result } = verdict
    const timeoutMs = deadline - question.now()
    const said = await source.wait(approvalId, { timeoutMs, signal: question.signal })
    if (said.decision !== 'ALLOW') {
      const cause = said.reason === timeoutReason ? 'expired' : 'person'
      return deny(cause, { ...result, decision: 'DENY' }, said.reason)
    }
    // An equal call may have used the yes up; then there is another approval to wait for.
    verdict = await askOnce(source, question, approvalId)
  }
  return verdict.kind === 'approval' ? deny('unapproved', verdict.result) : verdict
}

async function askOnce(
  { gate }: VerdictSource,
  { action, signal }: CallQuestion,
  approvalId: string | undefined
): Promise<ToolVerdict> {
  signal?.throwIfAborted()
  const named = approvalId ? { approval_id: approvalId } : {}
  const asked = { ...action, ...named, reuse_approval: true }
  const result = await gate(asked, signal ? { signal } : {})
  switch (result.decision) {
    case 'ALLOW':
      // Who fails open does so without a verdict, which is no yes of a person.
      if (approvalId && isFailMode(result)) return deny('unapproved', result)
      return { kind: 'allow', result }
    case 'DENY':
      if (isFailMode(result)) return deny('fault', result)
      return deny(result.matched_rule === 'deny:approved' ? 'person' : 'policy', result)
    case 'REQUIRE_APPROVAL':
      return needed(result)
    default:
      return fault('AgentGuard gave a decision that is not known')
  }
}

function needed(result: CheckResult): ToolVerdict {
  const { reason, approval_id: approvalId, approval_url: approvalUrl = '' } = result
  if (!approvalId) return deny('unapproved', result)
  return { kind: 'approval', approvalId, approvalUrl, reason, result }
}
