import {
  type CostLimits,
  formatDollars,
  type MoneyLimit,
  microDollars,
  type Policy
} from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import {
  type BudgetAccount,
  type BudgetPeriod,
  budgetDenial,
  type Charge,
  type Exceeded
} from '@agentguard/rate-limiter'

/** What an action costs, and which accounts pay. */
export interface Bill {
  readonly charges: readonly Charge[]
  readonly micros: number
  /** The verdict if one of the accounts cannot pay. */
  refusal(exceeded: Exceeded): CheckResult
}

const limitOf: Readonly<Record<BudgetPeriod, keyof CostLimits>> = {
  ever: 'max_per_session',
  day: 'max_per_day',
  month: 'max_per_month'
}

/**
 * The bill of an action and the further actions that it amounts to, which are paid together. None if
 * nothing of it has scope `cost` or the policy has no cost limits for the agent.
 */
export function billOf(policy: Policy, tenant: string, action: ActionRequest): Bill | undefined {
  const limits = policy.costLimits(action.agent_id)
  const costs = [action, ...(action.actions ?? [])].filter((one) => one.scope === 'cost')
  if (limits.length === 0 || costs.length === 0) return undefined
  const cost = costs.reduce((sum, one) => sum + (one.est_cost ?? 0), 0)
  const micros = costs.reduce((sum, one) => sum + roundedUp(one.est_cost ?? 0), 0)
  const accounts = accountsOf(tenant, action)
  const charges = limits.flatMap((limit) =>
    accounts.map((account) => ({ account, limitMicros: limit[limitOf[account.period]]?.micros }))
  )
  return {
    charges,
    micros,
    refusal: ({ account, limitMicros, spentMicros }) =>
      budgetDenial(account.period, {
        spent: formatDollars(spentMicros / 1e6),
        requested: formatDollars(cost),
        limit: limitText(limits, account.period, limitMicros)
      })
  }
}

/** The session for as long as it lasts, where there is one; the agent for its days and months. */
function accountsOf(tenant: string, { session_id, agent_id }: ActionRequest): BudgetAccount[] {
  const agent = { tenant, holder: 'agent', id: agent_id || 'anonymous' } as const
  return [
    ...(session_id ? [{ tenant, holder: 'session', id: session_id, period: 'ever' } as const] : []),
    { ...agent, period: 'day' },
    { ...agent, period: 'month' }
  ]
}

function roundedUp(cost: number): number {
  const micros = microDollars(cost, 'up')
  if (micros === undefined) throw new RangeError('a cost is out of range')
  return micros
}

function limitText(limits: readonly CostLimits[], period: BudgetPeriod, micros: number): string {
  const ofPeriod = limits.map((limit): MoneyLimit | undefined => limit[limitOf[period]])
  return ofPeriod.find((limit) => limit?.micros === micros)?.text ?? ''
}
