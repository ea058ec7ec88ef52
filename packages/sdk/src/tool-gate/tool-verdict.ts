import type { CheckResult } from '@agentguard/protocol'
import { checkResult } from '../check-result.ts'
import {
  AgentGuardApprovalRequiredError,
  AgentGuardApprovalTimeoutError,
  AgentGuardDeniedError,
  type AgentGuardError
} from '../errors.ts'

/** The tool may run, once. */
export interface Allowed {
  readonly kind: 'allow'
  /** The verdict of the server. */
  readonly result: CheckResult
  /** In shadow mode: what would have been said otherwise. */
  readonly shadowed?: Denied | ApprovalNeeded | undefined
}

/** The tool MUST NOT run. */
export interface Denied {
  readonly kind: 'deny'
  /**
   * Who or what said no. `policy`: the server. `person`: an approver. `expired`: nobody answered in time. `unapproved`:
   * a person's yes is needed, and there is none. `aborted`: the caller gave up. `changed`: the arguments are no longer
   * those that were judged. `fault`: something failed.
   */
  readonly cause: 'policy' | 'person' | 'expired' | 'unapproved' | 'aborted' | 'changed' | 'fault'
  /** Why, in words for a person or a model. */
  readonly reason: string
  /** The verdict of the server, or one that says what failed. */
  readonly result: CheckResult
}

/** The tool MUST NOT run before a person has said yes. */
export interface ApprovalNeeded {
  readonly kind: 'approval'
  readonly approvalId: string
  /** Where a person answers; empty if that is not known. Not for the eyes of the model. */
  readonly approvalUrl: string
  readonly reason: string
  readonly result: CheckResult
}

/** What is said to a tool call. */
export type ToolVerdict = Allowed | Denied | ApprovalNeeded

/** A denial, with the verdict that it comes from. */
export function deny(
  cause: Denied['cause'],
  result: CheckResult,
  reason: string = result.reason
): Denied {
  return { kind: 'deny', cause, reason, result }
}

/** A denial because something failed. */
export function fault(reason: string, cause: Denied['cause'] = 'fault'): Denied {
  return deny(cause, { decision: 'DENY', reason, matched_rule: `deny:sdk:${cause}` })
}

/** What the model is told instead of a result. It never holds where to approve: models follow links. */
export function denyText(verdict: Denied | ApprovalNeeded): string {
  if (verdict.kind === 'deny') return `[AgentGuard] Action denied: ${verdict.reason}`
  return `[AgentGuard] Action requires approval by a person (${verdict.approvalId}): ${verdict.reason}`
}

/** The error for frameworks that are told no by throwing. */
export function errorOf(verdict: Denied | ApprovalNeeded): AgentGuardError {
  const result = checkResult(verdict.result)
  if (verdict.kind === 'approval') {
    const { approvalId, approvalUrl } = verdict
    return new AgentGuardApprovalRequiredError(denyText(verdict), result, approvalId, approvalUrl)
  }
  if (verdict.cause === 'expired') {
    return new AgentGuardApprovalTimeoutError(denyText(verdict), result, result.approvalId)
  }
  return new AgentGuardDeniedError(denyText(verdict), result)
}
