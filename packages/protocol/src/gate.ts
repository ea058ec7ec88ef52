import type { ActionRequest } from './action-request.ts'
import type { CheckResult } from './check-result.ts'

declare global {
  // The part that every platform agrees on. It merges with the platform's own declaration.
  interface AbortSignal {
    readonly aborted: boolean
  }
}

/**
 * Asks whether an action may happen. Resolves to a verdict; rejects only when aborted.
 *
 * Who takes a gate MUST NOT depend on where it decides: in this process, or on a server.
 */
export type Gate = (
  action: ActionRequest,
  options?: { signal?: AbortSignal }
) => Promise<CheckResult>
