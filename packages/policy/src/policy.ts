import type { ActionRequest, CheckResult, FurtherAction } from '@agentguard/protocol'
import type { CostLimits, PolicyDocument, RateLimit } from './document.ts'
import { type EffectContext, unknownContext } from './effects/context.ts'
import type { Action } from './effects/effect.ts'
import { type ApprovalTerms, approvalTerms, matchingTerms } from './engine/approval-terms.ts'
import { type Facts, noFacts } from './engine/facts.ts'
import { type Asking, effectsToJudge, judgeAction, judgeEach } from './engine/judge-action.ts'
import { compileRules } from './engine/policy-rules.ts'
import {
  addsNothing,
  defaultDeny,
  type PolicyOrigin,
  stricter,
  verdict as withOrigin
} from './engine/verdict.ts'
import { memoKey, VerdictMemo } from './engine/verdict-memo.ts'
import { WorkBudget } from './engine/work-budget.ts'
import { type EffectExplanation, type Explanation, explainEffect } from './explain.ts'

/** A compiled policy. Immutable; every method is synchronous, total and without side effects that could be seen. */
export interface Policy {
  readonly document: PolicyDocument
  /**
   * Judges an action and the further `actions` that it amounts to: one verdict, the strictest.
   *
   * What no rule allows is denied. Without `facts`, conditions on prior actions are unknown, and an
   * unknown condition never leads to an ALLOW. Without `context`, that which the policy was compiled
   * with counts; it must come from whoever runs the action, never from who asks for it.
   */
  check(action: ActionRequest, facts?: Facts, context?: EffectContext): CheckResult
  /** The same verdict, with the rules that had something to say about each effect. */
  explain(action: ActionRequest, facts?: Facts, context?: EffectContext): Explanation
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
  approvalTerms(action: ActionRequest, facts?: Facts, context?: EffectContext): ApprovalTerms
}

/** Builds a policy from a document that has been loaded. */
export function createPolicy(
  document: PolicyDocument,
  origin: PolicyOrigin,
  place: EffectContext = unknownContext
): Policy {
  const rules = compileRules(document, origin)

  function asking(action: ActionRequest, facts: Facts, context: EffectContext): Asking {
    return { agent: action.agent_id, rules, facts, budget: new WorkBudget(), context }
  }

  const memo = new VerdictMemo()
  // What a link leads to may change from one check to the next.
  const isPlaceFixed = place.resolve === undefined

  function check(
    action: ActionRequest,
    facts: Facts = noFacts,
    context: EffectContext = place
  ): CheckResult {
    try {
      const key = isPlaceFixed && context === place ? memoKey(action) : undefined
      if (key === undefined) return judge(action, facts, context)
      const known = memo.get(key)
      if (known) return known
      let isOfThePast = false
      const prior: Facts['prior'] = (pattern, windowMs, scope) => {
        isOfThePast = true
        return facts.prior(pattern, windowMs, scope)
      }
      const verdict = judge(action, { prior }, context)
      if (!isOfThePast) memo.set(key, verdict)
      return verdict
    } catch (error) {
      // A fault in the engine or in the caller's facts must not become somebody's ALLOW.
      return withDigest(faultVerdict(error), origin)
    }
  }

  function judge(action: ActionRequest, facts: Facts, context: EffectContext): CheckResult {
    const by = asking(action, facts, context)
    let strictest = judgeAction(asked(action), by)
    for (const further of action.actions ?? []) {
      strictest = stricter(strictest, judgeAction(further, by))
    }
    // What restricts nothing allows nothing either.
    return withDigest(strictest === addsNothing ? defaultDeny : strictest, origin)
  }

  return {
    document,
    check,
    explain(action, facts = noFacts, context = place) {
      const verdict = check(action, facts, context)
      // What cannot be judged cannot be explained further than the verdict says.
      if (verdict.matched_rule === faultRule) return { verdict, effects: [] }
      const effects = actionsOf(action).flatMap((one) =>
        explainAction(one, asking(action, facts, context))
      )
      return { verdict, effects }
    },
    toolScope: (tool) => rules.toolScope(tool),
    rateLimit: (scope, agent) => rules.rateLimit(scope, agent),
    costLimits: (agent) => rules.of('cost', agent)?.limits ?? [],
    approvalTerms(action, facts = noFacts, context = place) {
      const by = asking(action, facts, context)
      const matching = actionsOf(action).flatMap((one) =>
        effectsToJudge(one, by).flatMap(({ effect, rules }) => matchingTerms(effect, rules, facts))
      )
      return approvalTerms(document, matching)
    }
  }
}

/** The action itself, which is asked for whatever it says: only a further one can be derived. */
function asked(action: ActionRequest & Pick<FurtherAction, 'derived'>): Action {
  if (action.derived === undefined) return action
  const { derived: _, ...rest } = action
  return rest
}

function actionsOf(action: ActionRequest): readonly Action[] {
  const { actions } = action
  return actions === undefined || actions === null ? [asked(action)] : [asked(action), ...actions]
}

function explainAction(action: Action, asking: Asking): EffectExplanation[] {
  return judgeEach(action, asking).map(({ effect, rules, verdict }) =>
    explainEffect(effect, rules?.rules ?? [], verdict, asking.facts)
  )
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
