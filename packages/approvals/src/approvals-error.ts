/** What can go wrong with approvals. Callers branch on `code`, never on the message. */
export type ApprovalsErrorCode =
  /** The store could not be read or written. What was asked for did not happen, or is not known to have. */
  | 'store_failed'
  /** What is stored for this one approval cannot be read. */
  | 'corrupt_record'
  /** The store was written by a newer version. */
  | 'newer_schema'
  /** More are waiting in this tenant than may. */
  | 'too_many_waiters'
  /** Waiting has ended because the approvals were closed. */
  | 'closed'

export class ApprovalsError extends Error {
  override readonly name = 'ApprovalsError'
  readonly code: ApprovalsErrorCode

  constructor(code: ApprovalsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
