import type { ActionRequest, CheckResult, FurtherAction } from '@agentguard/protocol'
import type { CostLimits, PolicyDocument, RateLimit } from './document.ts'
import type { Action, Effect } from './effects/effect.ts'
import { effectsOf } from './effects/table.ts'
import type { EffectiveRules } from './engine/agent-rules.ts'
import { type ApprovalTerms, approvalTerms, matchingTerms } from './engine/approval-terms.ts'
import { type Facts, noFacts } from './engine/facts.ts'
import { defaultDeny, judgeEffect } from './engine/judge.ts'
import { compileRules, type PolicyRules } from './engine/policy-rules.ts'
import { type PolicyOrigin, stricter, verdict as withOrigin } from './engine/verdict.ts'
import { WorkBudget } from './engine/work-budget.ts'
import { type EffectExplanation, type Explanation, explainEffect } from './explain.ts'

/** A compiled policy. Immutable; every method is synchronous, total and free of side effects. */
export interface Policy {
  readonly document: PolicyDocument
  /**
   * Judges an action and the further `actions` that it amounts to: one verdict, the strictest.
   *
   * What no rule allows is denied. Without `facts`, conditions on prior actions are unknown, and an
   * unknown condition never leads to an ALLOW.
   */
  check(action: ActionRequest, facts?: Facts): CheckResult
  /** The same verdict, with the rules that had something to say about each effect. */
  explain(action: ActionRequest, facts?: Facts): Explanation
  /** The scope that `tool_scope_map` gives a tool: that of the first entry that matches, if any. */
  toolScope(tool: string): string | undefined
  /** The rate limit for an agent in a scope, if there is one. The engine does not count. */
  rateLimit(scope: string, agent?: string): RateLimit | undefined
  /**
   * The cost limits for an agent, one for each rule set that has them. The engine judges what it can
   * tell of one action; what was spent before is for whoever counts.
   */
  costLimits(agent?: string): readonly CostLimits[]
  /**
   * How an approval of an action is to be given: the terms of every approval rule that may match it or
   * one of its further actions, all together. Whichever of them is reported, none is left out.
   */
  approvalTerms(action: ActionRequest, facts?: Facts): ApprovalTerms
}

/** Builds a policy from a document that has been loaded. */
export function createPolicy(document: PolicyDocument, origin: PolicyOrigin): Policy {
  const rules = compileRules(document, origin)

  function check(action: ActionRequest, facts: Facts = noFacts): CheckResult {
    try {
      const agent = action.agent_id
      const budget = new WorkBudget()
      let strictest = judgeAction(asked(action), agent, rules, facts, budget)
      for (const further of action.actions ?? []) {
        strictest = stricter(strictest, judgeAction(further, agent, rules, facts, budget))
      }
      return withDigest(strictest, origin)
    } catch (error) {
      // A fault in the engine or in the caller's facts must not become somebody's ALLOW.
      return withDigest(faultVerdict(error), origin)
    }
  }

  return {
    document,
    check,
    explain(action, facts = noFacts) {
      const verdict = check(action, facts)
      // What cannot be judged cannot be explained further than the verdict says.
      if (verdict.matched_rule === faultRule) return { verdict, effects: [] }
      const effects = [asked(action), ...(action.actions ?? [])].flatMap((one) =>
        explainAction(one, action.agent_id, rules, facts)
      )
      return { verdict, effects }
    },
    toolScope: (tool) => rules.toolScope(tool),
    rateLimit: (scope, agent) => rules.rateLimit(scope, agent),
    costLimits: (agent) => rules.of('cost', agent)?.limits ?? [],
    approvalTerms(action, facts = noFacts) {
      const matching = [asked(action), ...(action.actions ?? [])].flatMap((one) =>
        effectsOf(one).flatMap((effect) =>
          matchingTerms(effect, rules.of(effect.scope, action.agent_id), facts)
        )
      )
      return approvalTerms(document, matching)
    }
  }
}

/** The action itself. It is asked for, whatever it says: only a further one can be derived. */
function asked(action: ActionRequest & Pick<FurtherAction, 'derived'>): Action {
  if (action.derived === undefined) return action
  const { derived: _, ...rest } = action
  return rest
}

function judgeAction(
  action: Action,
  agent: string | undefined,
  rules: PolicyRules,
  facts: Facts,
  budget: WorkBudget
): CheckResult {
  const effects = effectsOf(action)
  let strictest: CheckResult | undefined
  for (let at = 0; at < effects.length; at++) {
    const effect = effects[at] as Effect
    const effective = rules.of(effect.scope, agent)
    const judged = judgeEffect(effect, action.est_cost ?? 0, effective, facts, budget)
    strictest = strictest ? stricter(strictest, judged) : judged
  }
  // Having no effects is never an allowance.
  return strictest ?? defaultDeny
}

function explainAction(
  action: Action,
  agent: string | undefined,
  rules: PolicyRules,
  facts: Facts
): EffectExplanation[] {
  const budget = new WorkBudget()
  return effectsOf(action).map((effect) => {
    const effective: EffectiveRules | undefined = rules.of(effect.scope, agent)
    const judged = judgeEffect(effect, action.est_cost ?? 0, effective, facts, budget)
    return explainEffect(effect, effective?.rules ?? [], judged, facts)
  })
}

function withDigest(result: CheckResult, origin: PolicyOrigin): CheckResult {
  return result.policy_digest === origin.digest ? result : withOrigin(result, origin)
}

const faultRule = 'deny:guard:policy'

function faultVerdict(error: unknown): CheckResult {
  return Object.freeze({
    decision: 'DENY',
    reason: `The policy engine failed: ${describeFault(error)}`,
    matched_rule: faultRule
  })
}

/** Anything may be thrown, also what cannot be made a text. */
function describeFault(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error)
  } catch {
    return 'what was thrown has no text'
  }
}
