import type { JsonErrorCode } from './json-error.ts'

/** Why a text was refused as an action. */
export type ActionRequestErrorCode =
  | JsonErrorCode
  /** A value is not of the type that its member has. */
  | 'wrong_type'
  /** A member's name is spelled in another case. */
  | 'wrong_case'
  /** A member is longer than the limits allow, or has more parts. */
  | 'too_large'

/**
 * What is wrong with an action. Callers branch on `code`, never on the message, which names members
 * and sizes but never a value.
 */
export interface ActionRequestError {
  readonly code: ActionRequestErrorCode
  readonly message: string
  /** The member, such as `meta.tool` or `actions[0].command`. Absent when it is none in particular. */
  readonly path?: string
}
