/** What can go wrong. Callers branch on `code`, never on the message. */
export type AccessErrorCode =
  /** The store could not be read or written. Nobody may be let in by it. */
  | 'store_failed'
  /** The store was written by a newer version. */
  | 'newer_schema'

export class AccessError extends Error {
  override readonly name = 'AccessError'
  readonly code: AccessErrorCode

  constructor(code: AccessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Does what needs the store. Whatever it throws becomes an `AccessError`. */
export function orFail<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof AccessError) throw cause
    throw new AccessError('store_failed', 'the store of the credentials failed', { cause })
  }
}
