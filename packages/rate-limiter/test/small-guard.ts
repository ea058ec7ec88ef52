import { type CostLimits, compilePolicy, type Policy, type RuleSet } from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { formatDollars, microDollars } from '../../policy/src/micro-dollars.ts'
import {
  type BudgetAccount,
  type Budgets,
  budgetDenial,
  type Charge,
  type Exceeded,
  type RateLimiter,
  rateLimitDenial
} from '../src/index.ts'

/** Who asks for what, and when. */
export interface Ask {
  readonly tenant: string
  readonly action: ActionRequest
  readonly now: number
}

interface Limited {
  readonly charge: Charge
  /** The limit as the policy writes it. */
  readonly text: string
}

/** What a guard does about limits: the rate limiter first, then the policy, then the budgets. */
export class SmallGuard {
  readonly #limiter: RateLimiter
  readonly #budgets: Budgets
  readonly #isRateLimited: boolean

  constructor(limiter: RateLimiter, budgets: Budgets, isRateLimited = true) {
    this.#limiter = limiter
    this.#budgets = budgets
    this.#isRateLimited = isRateLimited
  }

  async check(policy: Policy, ask: Ask): Promise<CheckResult> {
    const denied = this.#isRateLimited ? await this.#takeToken(policy, ask) : undefined
    if (denied) return denied
    const verdict = policy.check(ask.action)
    if (verdict.decision === 'DENY') return verdict
    return (await this.#count(policy, ask, verdict.decision === 'ALLOW')) ?? verdict
  }

  async #takeToken(policy: Policy, { tenant, action, now }: Ask): Promise<CheckResult | undefined> {
    const { scope, agent_id } = action
    const limit = ruleSets(policy, action).find(({ rate_limit }) => rate_limit)?.rate_limit
    if (!limit) return undefined
    const take = await this.#limiter.take(
      { tenant, scope, agent: agent_id || 'anonymous' },
      { max: limit.max_requests, windowMs: limit.window.ms, burst: limit.burst },
      now
    )
    if (take.ok) return undefined
    return rateLimitDenial(scope, limit.max_requests, limit.window.formatted)
  }

  /** Reserves what an action costs, or only looks whether it could if a person is asked first. */
  async #count(
    policy: Policy,
    { tenant, action, now }: Ask,
    isAllowed: boolean
  ): Promise<CheckResult | undefined> {
    const limited = limitsOf(policy, tenant, action)
    if (limited.length === 0) return undefined
    const cost = action.est_cost ?? 0
    const micros = microDollars(cost, 'up') as number
    const charges = limited.map(({ charge }) => charge)
    if (!isAllowed) return denial(await this.#budgets.exceeded(charges, micros, now), limited, cost)
    const reserved = await this.#budgets.reserve(charges, micros, now)
    if (!reserved.ok) return denial(reserved.exceeded, limited, cost)
    await this.#budgets.commit(reserved.reservation)
    return undefined
  }
}

/** The policy of a text that is known to load. */
export function policyOf(text: string): Policy {
  const compiled = compilePolicy(text)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

/** The rule sets for an action: those of the agent's override, and the common ones if it adds to them. */
function ruleSets({ document }: Policy, { scope, agent_id = '' }: ActionRequest): RuleSet[] {
  const override = document.agents.get(agent_id)
  const own = (override?.override ?? []).filter((ruleSet) => ruleSet.scope === scope)
  const common = document.rules.filter((ruleSet) => ruleSet.scope === scope)
  return own.length > 0 && override?.override_mode === 'replace' ? own : [...own, ...common]
}

function limitsOf(policy: Policy, tenant: string, action: ActionRequest): Limited[] {
  const { scope, session_id: session = '', agent_id = '' } = action
  if (scope !== 'cost') return []
  const agent = agent_id || 'anonymous'
  const limits = ruleSets(policy, action).flatMap((ruleSet) => ruleSet.limits ?? [])
  return limits.flatMap((limit) => [
    ...(session === ''
      ? []
      : [
          limitedBy(
            { tenant, holder: 'session', id: session, period: 'ever' },
            limit,
            'max_per_session'
          )
        ]),
    limitedBy({ tenant, holder: 'agent', id: agent, period: 'day' }, limit, 'max_per_day'),
    limitedBy({ tenant, holder: 'agent', id: agent, period: 'month' }, limit, 'max_per_month')
  ])
}

function limitedBy(account: BudgetAccount, limits: CostLimits, name: keyof CostLimits): Limited {
  const limit = limits[name]
  return { charge: { account, limitMicros: limit?.micros }, text: limit?.text ?? '' }
}

function denial(
  exceeded: Exceeded | undefined,
  limited: readonly Limited[],
  cost: number
): CheckResult | undefined {
  if (!exceeded) return undefined
  const { account, limitMicros, spentMicros } = exceeded
  const of = limited.find(
    ({ charge }) => charge.account.period === account.period && charge.limitMicros === limitMicros
  )
  return budgetDenial(account.period, {
    spent: formatDollars(spentMicros / 1e6),
    requested: formatDollars(cost),
    limit: of?.text ?? ''
  })
}
