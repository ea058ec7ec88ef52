import * as v from 'valibot'
import { type Resolution, resolutionSchema } from './approval.ts'
import { member } from './member.ts'

/** How an approval stands, as a poller sees it. */
export interface ApprovalStatus {
  /** The approval. */
  readonly id: string
  /** Whether it has its answer. */
  readonly status: 'pending' | 'resolved'
  /** The answer. Absent while it is pending. */
  readonly decision?: Resolution
  /** Whether its time is over: nobody answered in time, or nobody used the answer in time. */
  readonly expired?: boolean
  /** Whether its one execution has taken place. */
  readonly consumed?: boolean
}

/** The schema of an {@link ApprovalStatus}. Unknown members are dropped. */
export const approvalStatusSchema: v.GenericSchema<ApprovalStatus> = v.object({
  id: member(v.string(), 'The approval.'),
  status: member(v.picklist(['pending', 'resolved']), 'Whether it has its answer.'),
  decision: member(v.exactOptional(resolutionSchema), 'The answer. Absent while it is pending.'),
  expired: member(
    v.exactOptional(v.boolean()),
    'Whether its time is over: nobody answered in time, or nobody used the answer in time.'
  ),
  consumed: member(v.exactOptional(v.boolean()), 'Whether its one execution has taken place.')
} satisfies Record<keyof ApprovalStatus, unknown>)
