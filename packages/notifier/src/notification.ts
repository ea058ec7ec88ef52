import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/**
 * What happened. `approval_required` and `denied` go to the targets of their list; the others only to
 * targets that ask for them.
 */
export type NotificationType =
  | 'approval_required'
  | 'denied'
  /** An approval was answered, by a person or by its time. */
  | 'resolved'
  /** The rate limit said no. */
  | 'rate_limited'
  /** A part does not work as it should. */
  | 'degraded'

/** One thing that somebody may want to know. */
export interface Notification {
  readonly type: NotificationType
  /** RFC 3339. */
  readonly timestamp: string
  readonly request: ActionRequest
  readonly result: CheckResult
  /** Where a person approves. */
  readonly approval_url?: string
  /** Whose it is. Absent means `local`. */
  readonly tenant_id?: string
}

/** A notification as it is delivered. It may stand for several. */
export interface Delivery extends Notification {
  /** The same in every attempt, so that a receiver can tell a repetition. */
  readonly id: string
  /** How many notifications, alike but for their approval, came since `since`. Absent means one. */
  readonly count?: number
  readonly since?: string
  /** How many came since `since` that are not delivered one by one, by their type. */
  readonly digest?: Readonly<Record<string, number>>
}
