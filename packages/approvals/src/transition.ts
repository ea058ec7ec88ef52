import type { Approval, Vote } from '@agentguard/protocol'
import { stageOf } from './approval-stage.ts'
import { formatTimestamp } from './format-timestamp.ts'
import { isSamePerson, judgeVoter, type Voter, type VoterRefusal } from './judge-voter.ts'
import { isOver, stageSpan } from './stage-span.ts'

/** Something that happens to an approval. */
export type ApprovalEvent =
  /** Somebody says yes. The yes counts for `validityMs`; 0 means for ever. */
  | { readonly type: 'approve'; readonly voter: Voter; readonly validityMs: number }
  /** Somebody says no. The no counts for `validityMs`; 0 means for ever. */
  | { readonly type: 'deny'; readonly voter: Voter; readonly validityMs: number }
  /** The action with this digest is about to be executed. */
  | { readonly type: 'consume'; readonly digest: string }
  /** Time has passed. */
  | { readonly type: 'expire' }

/** Why an event changes nothing. */
export type ApprovalRefusal =
  | VoterRefusal
  /** The answer was the opposite one, and stays. */
  | 'already_resolved'
  /** Nobody has answered yet. */
  | 'pending'
  /** The answer was no. */
  | 'denied'
  /** Its one execution has taken place. */
  | 'consumed'
  /** Its time is over. */
  | 'expired'
  /** It was given for another action. */
  | 'digest_mismatch'

/** What an event does to an approval. */
export type Transition =
  /** The event holds. `changed` is false when it held before. */
  | { readonly ok: true; readonly approval: Approval; readonly changed: boolean }
  /** The event is refused. `changed` is true when its time turned out to be over. */
  | {
      readonly ok: false
      readonly reason: ApprovalRefusal
      readonly approval: Approval
      readonly changed: boolean
    }

/**
 * One step in the life of an approval: no clock, no storage, no waiting.
 *
 * Total: every event has an answer in every stage, and none throws; `now` is a time that a `Date` can
 * hold. The table is in docs/approvals.md.
 *
 * INVARIANT: an answer is given once, used at most once, and neither after its time. An approval whose
 * stage is over is expired before anything else happens to it, and stays so.
 */
export function transition(approval: Approval, event: ApprovalEvent, now: number): Transition {
  const aged = age(approval, now)
  const step = apply(aged, event, now)
  const { ok, approval: next } = step
  const changed = next !== approval
  return ok ? { ok, approval: next, changed } : { ok, reason: step.reason, approval: next, changed }
}

type Step =
  | { readonly ok: true; readonly approval: Approval }
  | { readonly ok: false; readonly reason: ApprovalRefusal; readonly approval: Approval }

/** The approval as the time that has passed leaves it. */
function age(approval: Approval, now: number): Approval {
  const span = stageSpan(approval)
  if (!span || !isOver(span, now)) return approval
  if (approval.resolved) return { ...approval, expired: true }
  const overAt = Math.min(now, span.until)
  return {
    ...approval,
    resolved: true,
    decision: 'DENY',
    resolved_at: formatTimestamp(Number.isNaN(overAt) ? now : overAt),
    expired: true
  }
}

function apply(approval: Approval, event: ApprovalEvent, now: number): Step {
  // An answer is never older than its question, whatever small differences clocks have.
  const at = Math.max(now, stageSpan(approval)?.since ?? now)
  switch (event.type) {
    case 'approve':
    case 'deny':
      return answer(approval, event, at)
    case 'consume':
      return consume(approval, event.digest, at)
    case 'expire':
      return { ok: true, approval }
    default:
      return event satisfies never
  }
}

type AnswerEvent = Extract<ApprovalEvent, { type: 'approve' | 'deny' }>

function answer(approval: Approval, event: AnswerEvent, at: number): Step {
  const stage = stageOf(approval)
  if (stage === 'expired') return refuse(approval, 'expired')
  if (stage !== 'pending') {
    const same = (event.type === 'deny') === (stage === 'denied')
    return same ? { ok: true, approval } : refuse(approval, 'already_resolved')
  }
  const refusal = judgeVoter(approval, event.type, event.voter)
  if (refusal) return refuse(approval, refusal)
  const voted = addVote(approval, event, at)
  // One no is enough.
  if (event.type === 'approve' && !hasQuorum(voted)) return { ok: true, approval: voted }
  return { ok: true, approval: settle(voted, event, at) }
}

function addVote(approval: Approval, { type, voter }: AnswerEvent, at: number): Approval {
  const { quorum = 1, votes = [] } = approval
  if (quorum === 1) return approval
  if (type === 'approve' && votes.some(({ by }) => isSamePerson(by, voter.by))) return approval
  const vote: Vote = {
    decision: type === 'approve' ? 'ALLOW' : 'DENY',
    at: formatTimestamp(at),
    ...(voter.by !== undefined && { by: voter.by }),
    ...(voter.comment !== undefined && { comment: voter.comment })
  }
  return { ...approval, votes: [...votes, vote] }
}

function hasQuorum({ quorum = 1, votes = [] }: Approval): boolean {
  return quorum === 1 || new Set(votes.map(({ by }) => by?.toLowerCase())).size >= quorum
}

function settle(
  approval: Approval,
  { type, voter, validityMs }: AnswerEvent,
  at: number
): Approval {
  return {
    ...approval,
    resolved: true,
    decision: type === 'approve' ? 'ALLOW' : 'DENY',
    resolved_at: formatTimestamp(at),
    ...(voter.via !== undefined && { resolved_via: voter.via }),
    ...(voter.from !== undefined && { resolved_from: voter.from }),
    ...(voter.by !== undefined && { resolved_by: voter.by }),
    ...(voter.comment !== undefined && { comment: voter.comment }),
    ...(validityMs > 0 && { valid_until: formatTimestamp(at + validityMs) })
  }
}

function consume(approval: Approval, digest: string, at: number): Step {
  if (approval.digest !== digest) return refuse(approval, 'digest_mismatch')
  const stage = stageOf(approval)
  if (stage !== 'approved') return refuse(approval, stage)
  return { ok: true, approval: { ...approval, consumed_at: formatTimestamp(at) } }
}

function refuse(approval: Approval, reason: ApprovalRefusal): Step {
  return { ok: false, reason, approval }
}
