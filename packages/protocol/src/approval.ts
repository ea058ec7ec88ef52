import * as v from 'valibot'
import { type ActionRequest, actionRequestSchema } from './action-request.ts'
import { type CheckResult, checkResultSchema } from './check-result.ts'
import { member } from './member.ts'
import { timestampSchema } from './timestamp.ts'

/** What a person says to an action. */
export type Resolution = 'ALLOW' | 'DENY'

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
  /** Whether the answer is DENY because nobody answered in time. */
  readonly expired?: boolean
  /** The digest of the action that it is bound to. */
  readonly digest?: string
}

/** The schema of a {@link Resolution}. */
export const resolutionSchema: v.GenericSchema<Resolution> = v.picklist(['ALLOW', 'DENY'])

const text = v.exactOptional(v.string())
const time = v.exactOptional(timestampSchema)

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
    'Whether the answer is DENY because nobody answered in time.'
  ),
  digest: member(text, 'The digest of the action that it is bound to.')
} satisfies Record<keyof Approval, unknown>)
