import type { Approvals } from '@agentguard/approvals'
import type { AuditLog } from '@agentguard/audit'
import type { Notifier } from '@agentguard/notifier'
import type { Policy } from '@agentguard/policy'
import type { Budgets, RateLimiter } from '@agentguard/rate-limiter'
import type { GuardEvent } from './guard-event.ts'
import type { History } from './history.ts'

/** The parts that a guard composes. */
export interface GuardOptions {
  /** Finds the policy of a tenant; undefined if there is no such tenant. */
  readonly policies: PolicySource
  readonly approvals: Approvals
  readonly audit: Pick<AuditLog, 'append' | 'appendEvent'>
  readonly limiter: RateLimiter
  readonly budgets: Budgets
  /** What was allowed before, for conditions. */
  readonly history: History
  /** Whom people are notified through, after the answer. */
  readonly notifier?: Pick<Notifier, 'notify'>
  /**
   * Is told of everything that somebody may want to know. It must not throw, and is not waited for; if
   * it throws all the same, `onError` is told and nothing else changes.
   */
  readonly onEvent?: (event: GuardEvent) => void
  /** Is told what failed. The verdict has been made strict already. */
  readonly onError?: (part: GuardPart, error: unknown) => void
  /** Where a person approves. @defaultValue no URL */
  readonly approvalUrl?: (tenant: string, id: string) => string
  readonly now?: () => number
  /** Milliseconds from any start, with fractions, for how long something took. @defaultValue `performance.now` */
  readonly elapsed?: () => number
}

/** Where policies come from. */
export interface PolicySource {
  find(tenant: string): Policy | undefined | Promise<Policy | undefined>
}

/** What a verdict needs and can fail. The last part of the rule `deny:guard:<part>`. */
export const guardParts = ['clock', 'policy', 'limiter', 'approvals', 'audit'] as const
export type GuardPart = (typeof guardParts)[number] | 'notifier'
