import { memoryApprovals } from '@agentguard/approvals'
import { createGuard, type Guard, type History } from '@agentguard/guard'
import type { Policy } from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { memoryBudgets, memoryRateLimiter, type RateLimiter } from '@agentguard/rate-limiter'

export interface OfflineGuardOptions {
  /** The policy, now. */
  readonly policy: () => Policy
  /** What was allowed before. Without it nothing is known. */
  readonly history?: History
  /** Whether requests are counted against rate limits. */
  readonly countsRequests: boolean
}

/** Judges actions as the server does, with nothing behind it. */
export interface OfflineGuard {
  readonly history: History
  check(action: ActionRequest): Promise<CheckResult>
}

/** A history of nothing: whether something was allowed before is unknown. */
const noHistory: History = {
  record: () => {},
  recordUnknown: () => {},
  factsFor: () => ({ prior: () => 'unknown' })
}

const noLimits: RateLimiter = {
  take: async () => ({ ok: true, remaining: Number.MAX_SAFE_INTEGER })
}

/**
 * Creates a guard that keeps nothing. Money is counted from zero, requests if that is asked for. Nobody is
 * asked: an action that needs an approval has none, whatever it says, and gets no id of one.
 */
export function createOfflineGuard({
  policy,
  history = noHistory,
  countsRequests
}: OfflineGuardOptions): OfflineGuard {
  const written = async () => ({ seq: 0, hash: '' })
  const guard: Guard = createGuard({
    policies: { find: () => policy() },
    // Each one by itself: nothing waits here that could use up a quota.
    approvals: { ...memoryApprovals(), open: (ask) => memoryApprovals().open(ask) },
    audit: { append: written, appendEvent: written },
    limiter: countsRequests ? memoryRateLimiter() : noLimits,
    budgets: memoryBudgets(),
    history
  })
  return {
    history,
    async check({ approval_id: _, reuse_approval: __, ...action }) {
      const { approval_id: ___, ...verdict } = await guard.check(action)
      return verdict
    }
  }
}
