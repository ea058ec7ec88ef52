import type { Approval } from '@agentguard/protocol'

/** Who answers, and how. Whoever calls has made sure that it is true. */
export interface Voter {
  /** The name of the person. Absent where people are not told apart. */
  readonly by?: string
  /** The roles of the person. */
  readonly roles?: readonly string[]
  /** Why, in the words of the person. At most 4096 UTF-16 code units. */
  readonly comment?: string
  /** How the person was known: `bearer`, `session` or `open`. */
  readonly via?: string
  /** The network address that the answer came from. */
  readonly from?: string
}

/** Why somebody's answer does not count. */
export type VoterRefusal =
  /** The approval names who may answer, and the person is not among them. */
  | 'not_an_approver'
  /** Who asked may not approve. */
  | 'self_approval'
  /** Who answers has to be known: who asked is, or several people have to agree. */
  | 'identity_required'
  /** The comment is longer than 4096 UTF-16 code units. */
  | 'comment_too_long'

const maxCommentLength = 4096

/** Why this person may not give this answer to a pending approval; undefined if they may. */
export function judgeVoter(
  approval: Approval,
  answer: 'approve' | 'deny',
  voter: Voter
): VoterRefusal | undefined {
  const { requested_by: asker, quorum = 1 } = approval
  if (voter.comment !== undefined && voter.comment.length > maxCommentLength) {
    return 'comment_too_long'
  }
  const isAsker = asker !== undefined && isSamePerson(voter.by, asker)
  // Who asked may always think better of it.
  if (answer === 'deny' && isAsker) return undefined
  if (!isApprover(approval.approvers, voter)) return 'not_an_approver'
  if (answer === 'deny') return undefined
  if (isAsker) return 'self_approval'
  if (voter.by === undefined && (asker !== undefined || quorum > 1)) return 'identity_required'
  return undefined
}

/** Whether two names are one person's. Names differ by more than case, so that no spelling makes somebody two. */
export function isSamePerson(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase()
}

function isApprover(approvers: Approval['approvers'], { by, roles = [] }: Voter): boolean {
  if (approvers === undefined) return true
  return (by !== undefined && approvers.includes(by)) || roles.some((r) => approvers.includes(r))
}
