import type { Delivery } from './notification.ts'

/** Why a delivery was given up. */
export type DeadReason =
  /** Every attempt failed, or the first one for good. */
  | 'failed'
  /** The target's queue was full. */
  | 'queue_full'
  /** There was no time left. */
  | 'shutdown'
  /** The target is no longer in the settings. */
  | 'target_removed'

/** A delivery that was given up, redacted as it would have been sent. */
export interface DeadLetter {
  /** The target's id: it does not depend on where in the settings the target stands. */
  readonly target: string
  readonly tenant: string
  readonly reason: DeadReason
  readonly attempts: number
  readonly delivery: Delivery
}

/** Where deliveries go that were given up. */
export interface DeadLetters {
  append(letter: DeadLetter): Promise<void>
}
