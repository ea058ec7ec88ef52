import * as v from 'valibot'
import { member } from './member.ts'

/** The JSON body of an HTTP error. Some errors have a text body instead. */
export interface ErrorBody {
  /** What is wrong. */
  readonly error: string
  /** The approval that has its answer already. */
  readonly id?: string
  /** The version that was received instead of a supported one. */
  readonly received?: string
  /** The answer that stands. */
  readonly status?: 'approved' | 'denied'
}

/** The schema of an {@link ErrorBody}. Unknown members are dropped. */
export const errorBodySchema: v.GenericSchema<ErrorBody> = v.object({
  error: member(v.string(), 'What is wrong.'),
  id: member(v.exactOptional(v.string()), 'The approval that has its answer already.'),
  received: member(
    v.exactOptional(v.string()),
    'The version that was received instead of a supported one.'
  ),
  status: member(v.exactOptional(v.picklist(['approved', 'denied'])), 'The answer that stands.')
} satisfies Record<keyof ErrorBody, unknown>)
