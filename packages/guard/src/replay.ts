import type { LookedUp } from '@agentguard/approvals'
import type { Approval, CheckResult } from '@agentguard/protocol'

/** What an approval that an action names, or that was found for it, has to say. */
export type Replay =
  | { readonly stage: 'pending' | 'approved' | 'denied'; readonly approval: Approval }
  | undefined

/** An approval that has been used or whose time is over says nothing any more. */
export function replayOf(found: LookedUp): Replay {
  if (!found.found) return undefined
  const { stage, approval } = found
  return stage === 'pending' || stage === 'approved' || stage === 'denied'
    ? { stage, approval }
    : undefined
}

/** The verdict on an action that a person was asked about before. */
export function replayVerdict(
  { stage, approval }: NonNullable<Replay>,
  url: string | undefined
): CheckResult {
  const { id } = approval
  if (stage === 'pending') {
    return {
      decision: 'REQUIRE_APPROVAL',
      reason: `approval ${id} still pending human review`,
      matched_rule: 'require_approval:pending',
      approval_id: id,
      ...(url === undefined ? {} : { approval_url: url })
    }
  }
  const decision = stage === 'approved' ? 'ALLOW' : 'DENY'
  return {
    decision,
    reason: `approval ${id} resolved ${decision} by human`,
    matched_rule: stage === 'approved' ? 'allow:approved' : 'deny:approved',
    approval_id: id
  }
}
