import type { DatabaseSync } from 'node:sqlite'
import { type Approvals, type ApprovalsOptions, memoryApprovals } from '@agentguard/approvals'
import type { AuditLog } from '@agentguard/audit'
import { createGuard, type Guard, type GuardOptions } from '@agentguard/guard'
import {
  type Budgets,
  type MemoryRateLimiter,
  memoryBudgets,
  memoryRateLimiter,
  type RateLimiter
} from '@agentguard/rate-limiter'
import { approvalUrl } from '../links/approval-url.ts'
import type { Policies } from '../policy/policies.ts'
import { openHistory } from './open-history.ts'
import type { StateOptions } from './options.ts'

export interface OpenGuardOptions extends Pick<GuardOptions, 'notifier' | 'onEvent' | 'onError'> {
  readonly database: DatabaseSync | undefined
  readonly audit: AuditLog
  readonly policies: Policies
  readonly state: StateOptions
  /** Where browsers reach the server. It is asked for each approval: the port may not be known before. */
  readonly baseUrl: () => string
  /** Told that keys of rate limits were forgotten to make room: of which scope, and how many. */
  readonly onForgotten: (scope: string, count: number) => void
}

export interface OpenGuard {
  readonly guard: Guard
  readonly approvals: Approvals
  readonly budgets: Budgets
  readonly limiter: MemoryRateLimiter
}

/** Composes the guard over the database, or over memory. */
export async function openGuard(options: OpenGuardOptions): Promise<OpenGuard> {
  const { database, audit, policies, state, baseUrl } = options
  const { notifier, onEvent, onError } = options
  const approvalOptions: ApprovalsOptions = {
    validityMs: state.approvalValidityMs,
    onChange: (change) => guard.approvalChanged(change)
  }
  const { approvals, budgets } = database
    ? await storedParts(database, approvalOptions, onError)
    : { approvals: memoryApprovals(approvalOptions), budgets: memoryBudgets() }
  const limiter = memoryRateLimiter({
    onForgotten: ({ scope }, count) => options.onForgotten(scope, count)
  })
  const guard = createGuard({
    policies,
    approvals,
    audit,
    budgets,
    limiter: withSteadyClock(limiter),
    history: await openHistory(audit, policies, {
      onUnknown: (error) => onError?.('policy', error)
    }),
    approvalUrl: (tenant, id) => approvalUrl(baseUrl(), { tenant, id }),
    ...(notifier ? { notifier } : {}),
    ...(onEvent ? { onEvent } : {}),
    ...(onError ? { onError } : {})
  })
  return { guard, approvals, budgets, limiter }
}

/**
 * A limiter that does not see the time of day: a clock that jumps ahead would fill its buckets, and one that jumps
 * back would hold up everybody until it has caught up.
 */
function withSteadyClock(limiter: MemoryRateLimiter): RateLimiter {
  return { take: (key, limit) => limiter.take(key, limit, Math.floor(performance.now())) }
}

async function storedParts(
  database: DatabaseSync,
  options: ApprovalsOptions,
  onError: GuardOptions['onError']
): Promise<{ readonly approvals: Approvals; readonly budgets: Budgets }> {
  const [{ sqliteApprovals }, { sqliteBudgets }] = await Promise.all([
    import('@agentguard/approvals/sqlite'),
    import('@agentguard/rate-limiter/sqlite')
  ])
  const onCorrupt = (error: unknown): void => onError?.('approvals', error)
  return {
    approvals: sqliteApprovals({ database, onCorrupt, ...options }),
    budgets: sqliteBudgets({ database })
  }
}
