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
  /** Whether the answer is DENY because nobody answered in time. */
  readonly expired?: boolean
}

/** The schema of an {@link ApprovalStatus}. Unknown members are dropped. */
export const approvalStatusSchema: v.GenericSchema<ApprovalStatus> = v.object({
  id: member(v.string(), 'The approval.'),
  status: member(v.picklist(['pending', 'resolved']), 'Whether it has its answer.'),
  decision: member(v.exactOptional(resolutionSchema), 'The answer. Absent while it is pending.'),
  expired: member(
    v.exactOptional(v.boolean()),
    'Whether the answer is DENY because nobody answered in time.'
  )
} satisfies Record<keyof ApprovalStatus, unknown>)
