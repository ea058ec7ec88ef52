import type { NotificationType } from './notification.ts'

/** Where notifications go, as a policy has it. The members after `timeoutMs` are additions. */
export interface TargetSettings {
  /** `webhook`, `slack`, `console` or `log`. Any other is a `log` at level `warn`. */
  readonly type: string
  readonly url: string
  readonly level: string
  readonly timeoutMs?: number
  /** A name that stays when the target changes. Absent, the type, the URL and the level make one. */
  readonly id?: string
  /** What else than its list says goes to the target. */
  readonly events?: readonly NotificationType[]
  /** What a webhook is signed with: `whsec_` and base64, or any text. Two while one replaces the other. */
  readonly secret?: string | readonly string[]
  /** Whether Slack messages have buttons. The app behind the URL must be interactive. */
  readonly buttons?: boolean
  /**
   * In what time repetitions are counted instead of delivered; 0 delivers each.
   *
   * @defaultValue 60000 for `slack`, 0 for the others
   */
  readonly quietMs?: number
  /**
   * How many notifications are delivered one by one in that time. The rest becomes one digest.
   *
   * @defaultValue 30
   */
  readonly burst?: number
}

/** A tenant's targets: the policy's `notifications`. */
export interface NotificationSettings {
  readonly approval_required: readonly TargetSettings[]
  readonly on_deny: readonly TargetSettings[]
  readonly dispatchTimeoutMs: number
}

/** A target with everything decided. */
export interface ResolvedTarget {
  readonly id: string
  readonly tenant: string
  readonly type: 'webhook' | 'slack' | 'console' | 'log'
  readonly url: string
  readonly level: string
  readonly timeoutMs: number
  readonly events: readonly NotificationType[]
  readonly secrets: readonly string[]
  readonly buttons: boolean
  readonly quietMs: number
  readonly burst: number
}
