import * as v from 'valibot'
import { type ActionRequest, actionRequestSchema } from './action-request.ts'
import { type CheckResult, checkResultSchema } from './check-result.ts'
import { member } from './member.ts'
import { timestampSchema } from './timestamp.ts'

/** What a person says to an action. */
export type Resolution = 'ALLOW' | 'DENY'

/** What one of several people said to an action. */
export interface Vote {
  /** What they said. */
  readonly decision: Resolution
  /** When they said it. */
  readonly at: string
  /** Who said it. */
  readonly by?: string
  /** Why, in their words. */
  readonly comment?: string
}

/** A person's answer to one action, given or awaited. */
export interface Approval {
  /** `ap_` and 32 hexadecimal digits. */
  readonly id: string
  /** Whose it is. Absent for the tenant `local`. */
  readonly tenant_id?: string
  /** The action that it is about. */
  readonly request: ActionRequest
  /** The verdict that asked for it. */
  readonly result: CheckResult
  /** When it was asked for. */
  readonly created_at: string
  /** Whether it has its answer. */
  readonly resolved: boolean
  /** The answer. Absent while it is pending. */
  readonly decision?: Resolution
  /** When it was answered; `0001-01-01T00:00:00Z` while it is pending. */
  readonly resolved_at: string
  /** When its one execution took place. */
  readonly consumed_at?: string
  /** How the person was known: `bearer`, `session` or `open`. */
  readonly resolved_via?: string
  /** The network address that the answer came from. */
  readonly resolved_from?: string
  /** Who answered. */
  readonly resolved_by?: string
  /** When it stops waiting for an answer. */
  readonly expires_at?: string
  /** Whether its time is over: nobody answered in time, or nobody used the answer in time. */
  readonly expired?: boolean
  /** The digest of the action that it is bound to. */
  readonly digest?: string
  /** What the digest covers besides the action, such as the working directory. */
  readonly context?: Readonly<Record<string, unknown>>
  /** Who asked, as the server knows it: a credential, not the agent's own word. */
  readonly requested_by?: string
  /** Who may answer: names of people and of roles. Absent when everybody who may answer at all may. */
  readonly approvers?: readonly string[]
  /** How many people have to agree. Absent when one is enough. */
  readonly quorum?: number
  /** What they have said so far. Absent when one is enough. */
  readonly votes?: readonly Vote[]
  /** When the answer stops to count. Absent while it is pending, and when it counts for ever. */
  readonly valid_until?: string
  /** Why the answer is what it is, in the words of who gave it. */
  readonly comment?: string
}

/** The schema of a {@link Resolution}. */
export const resolutionSchema: v.GenericSchema<Resolution> = v.picklist(['ALLOW', 'DENY'])

const text = v.exactOptional(v.string())
const time = v.exactOptional(timestampSchema)

/** The schema of a {@link Vote}. Unknown members are dropped. */
const voteSchema: v.GenericSchema<unknown, Vote> = v.object({
  decision: member(resolutionSchema, 'What they said.'),
  at: member(timestampSchema, 'When they said it.'),
  by: member(text, 'Who said it.'),
  comment: member(text, 'Why, in their words.')
} satisfies Record<keyof Vote, unknown>)

/** The schema of an {@link Approval}. Unknown members are dropped. */
export const approvalSchema: v.GenericSchema<unknown, Approval> = v.object({
  id: member(v.string(), 'ap_ and 32 hexadecimal digits.'),
  tenant_id: member(text, 'Whose it is. Absent for the tenant local.'),
  request: member(actionRequestSchema, 'The action that it is about.'),
  result: member(checkResultSchema, 'The verdict that asked for it.'),
  created_at: member(timestampSchema, 'When it was asked for.'),
  resolved: member(v.boolean(), 'Whether it has its answer.'),
  decision: member(v.exactOptional(resolutionSchema), 'The answer. Absent while it is pending.'),
  resolved_at: member(
    timestampSchema,
    'When it was answered; 0001-01-01T00:00:00Z while it is pending.'
  ),
  consumed_at: member(time, 'When its one execution took place.'),
  resolved_via: member(text, 'How the person was known: bearer, session or open.'),
  resolved_from: member(text, 'The network address that the answer came from.'),
  resolved_by: member(text, 'Who answered.'),
  expires_at: member(time, 'When it stops waiting for an answer.'),
  expired: member(
    v.exactOptional(v.boolean()),
    'Whether its time is over: nobody answered in time, or nobody used the answer in time.'
  ),
  digest: member(text, 'The digest of the action that it is bound to.'),
  context: member(
    v.exactOptional(v.record(v.string(), v.unknown())),
    'What the digest covers besides the action, such as the working directory.'
  ),
  requested_by: member(text, 'Who asked, as the server knows it: a credential.'),
  approvers: member(
    v.exactOptional(v.array(v.string())),
    'Who may answer: names of people and of roles. Absent when everybody who may answer at all may.'
  ),
  quorum: member(
    v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    'How many people have to agree. Absent when one is enough.'
  ),
  votes: member(
    v.exactOptional(v.array(voteSchema)),
    'What they have said so far. Absent when one is enough.'
  ),
  valid_until: member(
    time,
    'When the answer stops to count. Absent while it is pending, and when it counts for ever.'
  ),
  comment: member(text, 'Why the answer is what it is, in the words of who gave it.')
} satisfies Record<keyof Approval, unknown>)
