/** Why the log did not do what it was asked. */
export type AuditErrorCode =
  /** Too much is waiting already. */
  | 'pushback'
  /** The source of the entry has used up its budget. */
  | 'over_budget'
  /** The entry cannot be written down, whatever the state of the log. */
  | 'invalid_entry'
  /** Secrets could not be taken out of the entry. */
  | 'redaction_failed'
  /** The storage did not take the entry, or did not keep it. */
  | 'write_failed'
  /** The log is closed. */
  | 'closed'
  /** Another process has the log open. */
  | 'locked'
  /** The log cannot be opened or read. */
  | 'open_failed'
  /** The log is of a version that is not known here. */
  | 'unsupported_version'
  /** What is asked for is not in the log, or not any more. */
  | 'not_found'

/** A failure of the log. Callers branch on `code`, never on the message. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly code: AuditErrorCode

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
