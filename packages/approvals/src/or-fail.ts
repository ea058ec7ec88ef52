import { ApprovalsError } from './approvals-error.ts'

/** Does what needs the store. Whatever it throws becomes an `ApprovalsError`. */
export function orFail<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof ApprovalsError) throw cause
    throw new ApprovalsError('store_failed', 'the store of the approvals failed', { cause })
  }
}
