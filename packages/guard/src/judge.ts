import type { Facts, Policy } from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { type RateTake, rateLimitDenial } from '@agentguard/rate-limiter'
import { createApprovalDesk } from './approval-desk.ts'
import type { Asking } from './asking.ts'
import { billOf } from './charges.ts'
import type { Clock } from './clock.ts'
import type { GuardOptions } from './guard-options.ts'
import type { Judgement, TimedJudgement } from './judgement.ts'
import { failureVerdict, PartFailure, using, usingNow } from './part-failure.ts'
import { type Replay, replayVerdict } from './replay.ts'
import type { Reporter } from './reporter.ts'
import type { Request } from './request.ts'
import type { Till } from './till.ts'

/** Judges an action: total, and without an ALLOW when anything fails. */
export type Judge = (action: ActionRequest, asking: Asking) => Promise<TimedJudgement>

/** Puts the parts in their order. */
export function createJudge(
  options: GuardOptions,
  { clock, till, reporter }: { clock: Clock; till: Till; reporter: Reporter }
): Judge {
  const desk = createApprovalDesk(options, till, reporter)

  async function judge(action: ActionRequest, asking: Asking, at: number): Promise<Judgement> {
    const tenant = asking.tenant ?? 'local'
    const found = await findPolicy(tenant)
    if ('result' in found) return { result: found.result, by: 'tenant' }
    return await judgeBy({ tenant, action, asking, policy: found.policy, at })
  }

  /** The order of things. Every way out that is no ALLOW leaves no money reserved. */
  async function judgeBy(request: Request): Promise<Judgement> {
    const replay = desk.mayFind(request) ? await desk.find(request) : undefined
    if (replay) return await judgeByPolicy(request, replay)
    const taken = takeToken(request)
    // A turn of the event loop for what is there already would cost more than the rest.
    const limited = taken instanceof Promise ? await taken : taken
    if (limited) return { result: limited, by: 'rate_limit' }
    return await judgeByPolicy(request, undefined)
  }

  async function judgeByPolicy(request: Request, replay: Replay): Promise<Judgement> {
    const { tenant, action, policy, at } = request
    const facts = usingNow('policy', () => factsOf(request))
    const verdict = usingNow('policy', () => policy.check(action, facts))
    if (verdict.decision === 'DENY') return { result: verdict, by: 'policy' }
    if (replay?.stage === 'denied') {
      return { result: replayVerdict(replay, undefined), by: 'approval' }
    }
    const bill = usingNow('limiter', () => billOf(policy, tenant, action))
    if (verdict.decision === 'REQUIRE_APPROVAL') {
      return await desk.ask({ request, verdict, facts, replay, bill })
    }
    // What needs no approval is no replay, whatever approval it names.
    const late = replay && (await takeToken(request))
    if (late) return { result: late, by: 'rate_limit' }
    return bill ? await till.pay(verdict, 'policy', bill, at) : { result: verdict, by: 'policy' }
  }

  function factsOf({ tenant, action, at }: Request): Facts {
    return options.history.factsFor(tenant, action.agent_id ?? '', at)
  }

  async function findPolicy(
    tenant: string
  ): Promise<{ readonly policy: Policy } | { readonly result: CheckResult }> {
    try {
      const policy = await options.policies.find(tenant)
      return policy ? { policy } : { result: noTenant(tenant) }
    } catch (error) {
      reporter.fail('policy', error)
      return { result: providerFailure(tenant) }
    }
  }

  /** The denial if there is no token left. */
  function takeToken({
    tenant,
    action,
    asking,
    policy,
    at
  }: Request): CheckResult | undefined | Promise<CheckResult | undefined> {
    const { scope, agent_id } = action
    const limit = usingNow('limiter', () => policy.rateLimit(scope, agent_id))
    if (!limit) return undefined
    // The name that a credential gives cannot be changed at will.
    const agent = asking.caller ?? (agent_id || 'anonymous')
    const { max_requests: max, window, burst } = limit
    const wanted = { max, windowMs: window.ms, ...(burst === undefined ? {} : { burst }) }
    const denialOf = ({ ok }: RateTake): CheckResult | undefined =>
      ok ? undefined : rateLimitDenial(scope, max, window.formatted)
    const taken = usingNow('limiter', () =>
      options.limiter.take({ tenant, scope, agent }, wanted, at)
    )
    return taken instanceof Promise
      ? using('limiter', async () => denialOf(await taken))
      : usingNow('limiter', () => denialOf(taken))
  }

  return async (action, asking) => {
    let at = 0
    try {
      at = clock.now()
      return { ...(await judge(action, asking, at)), at }
    } catch (error) {
      const failure = error instanceof PartFailure ? error : new PartFailure('policy', error)
      reporter.fail(failure.part, failure.cause)
      return { result: failureVerdict(failure.part), by: 'fault', at }
    }
  }
}

function noTenant(tenant: string): CheckResult {
  return {
    decision: 'DENY',
    reason: `tenant ${JSON.stringify(tenant)} has no policy`,
    matched_rule: 'deny:tenant:not_found'
  }
}

function providerFailure(tenant: string): CheckResult {
  return {
    decision: 'DENY',
    reason: `policy provider lookup failed for tenant ${JSON.stringify(tenant)}`,
    matched_rule: 'deny:tenant:provider_error'
  }
}
