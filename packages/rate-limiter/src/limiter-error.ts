/** What a limiter can fail with. Callers branch on `code`, never on the message. */
export type LimiterErrorCode =
  /** There is no room for another tenant, holder and period. */
  | 'full'
  /** The database was written by a later version. */
  | 'newer_schema'

/** A limiter that cannot answer. Who asks it denies then. */
export class LimiterError extends Error {
  override readonly name = 'LimiterError'
  readonly code: LimiterErrorCode
  constructor(code: LimiterErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
