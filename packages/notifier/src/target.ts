import type { Delivery } from './notification.ts'

/** What became of one attempt. `reason` is a code, never a URL or a text from outside. */
export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: string
      /** Whether another attempt may do better. */
      readonly isTemporary: boolean
      /** How long the receiver asks to wait. */
      readonly retryAfterMs?: number
    }

/**
 * Where deliveries go.
 *
 * Implementations
 * - MUST be done soon after the signal is aborted;
 * - MUST send a delivery with the same id in each attempt;
 * - SHOULD answer rather than reject. A rejection counts as a temporary failure.
 */
export interface Target {
  send(delivery: Delivery, signal: AbortSignal): Promise<Sent>
}
