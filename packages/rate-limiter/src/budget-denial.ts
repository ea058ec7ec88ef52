import type { CheckResult } from '@agentguard/protocol'
import type { BudgetPeriod } from './budget-account.ts'

/** The amounts of a refusal, as reasons show them. */
export interface BudgetTexts {
  /** What was counted, such as `4.50`. */
  readonly spent: string
  /** What was asked for, as it was received, such as `1.00`. */
  readonly requested: string
  /** The limit as the policy writes it, such as `$5`. */
  readonly limit: string
}

const wording: Readonly<Record<BudgetPeriod, readonly [label: string, rule: string]>> = {
  ever: ['Session', 'max_per_session'],
  day: ['Daily', 'max_per_day'],
  month: ['Monthly', 'max_per_month']
}

/** The verdict on an action that does not fit in a budget. */
export function budgetDenial(
  period: BudgetPeriod,
  { spent, requested, limit }: BudgetTexts
): CheckResult {
  const [label, rule] = wording[period]
  return {
    decision: 'DENY',
    reason: `${label} cost $${spent} + $${requested} would exceed limit of ${limit}`,
    matched_rule: `deny:cost:${rule}`
  }
}
