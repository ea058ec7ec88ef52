import type { CheckResult } from '@agentguard/protocol'
import { byteRange } from '../effects/byte-range.ts'
import type { EffectContext } from '../effects/context.ts'
import type { Action, Effect } from '../effects/effect.ts'
import { effectsOf } from '../effects/table.ts'
import { textEffect } from '../effects/text-effect.ts'
import { allRules, type EffectiveRules } from './agent-rules.ts'
import type { Facts } from './facts.ts'
import { type Circumstances, exactAllowance, judgeEffect } from './judge.ts'
import type { PolicyRules } from './policy-rules.ts'
import { defaultDeny, stricter } from './verdict.ts'
import type { WorkBudget } from './work-budget.ts'

/** One effect, with the rules that judge it. */
export interface JudgedEffect {
  readonly effect: Effect
  readonly rules: EffectiveRules | undefined
}

/** Who asks, and what a check knows. */
export interface Asking {
  readonly agent: string | undefined
  readonly rules: PolicyRules
  readonly facts: Facts
  readonly budget: WorkBudget
  readonly context: EffectContext
}

/** What is judged of one action, and by which rules. */
export function effectsToJudge(action: Action, asking: Asking): readonly JudgedEffect[] {
  const { rules, agent, context } = asking
  const own = rules.of(action.scope, agent)
  const isShell = action.scope === 'shell'
  if (isShell && own?.isLiteral) return [literalEffect(action, own)]
  const judged = effectsOf(action, context).map((effect) => ({
    effect,
    rules: rulesFor(effect, rules.of(effect.scope, agent), isShell)
  }))
  return isShell && own?.literal ? [asRestriction(literalEffect(action, own)), ...judged] : judged
}

function literalEffect(action: Action, own: EffectiveRules): JudgedEffect {
  const effect = textEffect(action)
  const { unknown_effect: unknown, derived } = action
  return {
    effect: {
      ...effect,
      ...(unknown == null ? {} : { unknown }),
      ...(derived == null ? {} : { derived })
    },
    rules: own.literal
  }
}

function asRestriction({ effect, rules }: JudgedEffect): JudgedEffect {
  return { effect: { ...effect, derived: 'possible' }, rules }
}

/** What a command does in another scope is nothing to the literal rules there. */
function rulesFor(
  effect: Effect,
  rules: EffectiveRules | undefined,
  isShell: boolean
): EffectiveRules | undefined {
  if (!rules || effect.scope === 'shell') return rules
  if (!isShell) return allRules(rules)
  return rules.isLiteral ? undefined : rules
}

/** Judges an action by all that it amounts to: the strictest verdict, and which effect it speaks of. */
export function judgeAction(action: Action, asking: Asking): CheckResult {
  let strictest: CheckResult | undefined
  let decisive: Effect | undefined
  for (const { effect, verdict } of judgeEach(action, asking)) {
    const next = strictest ? stricter(strictest, verdict) : verdict
    if (next !== strictest) decisive = effect
    strictest = next
  }
  // Having no effects is never an allowance.
  if (!strictest || !decisive) return defaultDeny
  return naming(strictest, decisive, action)
}

/** An effect with its verdict. */
export interface Judgement extends JudgedEffect {
  readonly verdict: CheckResult
}

/** Judges each effect of an action. */
export function judgeEach(action: Action, asking: Asking): readonly Judgement[] {
  const judged = effectsToJudge(action, asking)
  const circumstances: Circumstances = {
    cost: action.est_cost ?? 0,
    facts: asking.facts,
    budget: asking.budget,
    granted: grantOf(action, asking)
  }
  const verdicts = new Map<Effect, CheckResult>()
  return judged.map(({ effect, rules }) => {
    const own = judgeEffect(effect, rules, circumstances)
    const verdict = own === defaultDeny ? askedBefore(effect, verdicts) : own
    verdicts.set(effect, verdict)
    return { effect, rules, verdict }
  })
}

/** What stands between commands, in a pattern whose author thought of more than one. */
const separator = /[|;&\n`]|\$\(/

/**
 * What no rule allows is asked about where a rule asks about the command that brings it about. About a
 * whole line a rule asks only if its pattern is one for several commands.
 */
function askedBefore(
  { behind }: Effect,
  verdicts: ReadonlyMap<Effect, CheckResult>
): CheckResult {
  const asked = behind && verdicts.get(behind)
  if (!asked || asked.decision !== 'REQUIRE_APPROVAL' || !asked.rule_source) return defaultDeny
  const isOfLine = behind.from === undefined
  return isOfLine && !separator.test(asked.matched_rule ?? '') ? defaultDeny : asked
}

/** The verdict of a rule that allows the line as a whole: word for word, or in a literal rule set. */
function grantOf(action: Action, asking: Asking): () => CheckResult | undefined {
  let known: { readonly verdict: CheckResult | undefined } | undefined
  return () => {
    known ??= { verdict: lineVerdict(action, asking) }
    return known.verdict
  }
}

function lineVerdict(action: Action, asking: Asking): CheckResult | undefined {
  const { facts, budget, rules, agent } = asking
  const { scope, command = '', derived } = action
  const own = scope === 'shell' && command !== '' ? rules.of(scope, agent) : undefined
  if (!own || own.isLiteral || derived !== undefined) return undefined
  const exact = exactAllowance(command, 'shell', own, facts)
  if (exact || !own.literal) return exact
  const { effect } = literalEffect(action, own)
  const verdict = judgeEffect(effect, own.literal, {
    cost: 0,
    facts,
    budget,
    granted: () => undefined
  })
  return verdict.decision === 'ALLOW' ? verdict : undefined
}

/** Says which part of the action decided, unless it is all of it or nothing stands against it. */
function naming(verdict: CheckResult, { scope, from }: Effect, action: Action): CheckResult {
  const { command = '' } = action
  if (!from || verdict.decision === 'ALLOW') return verdict
  const isAll = scope === action.scope && from.start === 0 && from.end === command.length
  if (isAll && from.text === command) return verdict
  const { verb, text } = from
  return Object.freeze({ ...verdict, effect: { scope, verb, text, ...byteRange(command, from) } })
}
