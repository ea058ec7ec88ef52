import type { CheckResult } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import type { RuleKind } from './document.ts'
import type { Effect, Spellings } from './effects/effect.ts'
import type { CompiledRule } from './engine/compiled-rule.ts'
import { conditionsHold, type Facts, type Truth } from './engine/facts.ts'
import type { Payer } from './engine/tests.ts'
import { ruleId } from './engine/verdict.ts'

/** A verdict, and how it came about. */
export interface Explanation {
  readonly verdict: CheckResult
  /** What the action amounts to, and what the policy says of each. */
  readonly effects: readonly EffectExplanation[]
}

export interface EffectExplanation {
  readonly scope: string
  readonly action: readonly string[]
  readonly command: readonly string[]
  readonly path: readonly string[]
  readonly domain: readonly string[]
  readonly verdict: CheckResult
  /** The rules of the scope that had something to say, in the order in which they decide. */
  readonly considered: readonly RuleExplanation[]
  /** How many rules of the scope had not one test that holds. */
  readonly others: number
}

export interface RuleExplanation {
  readonly kind: RuleKind
  readonly id: string
  readonly line: number
  readonly tests: readonly { readonly field: string; readonly holds: boolean }[]
  readonly match: 'any' | 'all'
  readonly conditions: Truth
  /** Why this rule did or did not decide. */
  readonly outcome: RuleOutcome
}

export type RuleOutcome =
  | 'decided'
  | 'a stricter or earlier rule decided'
  | 'no rule decided but a limit or a guard'
  | 'not all of its tests hold'
  | 'its conditions do not hold'
  | 'its conditions cannot be evaluated'

/** Looks at every rule of the effect's scope, without the index that a check uses. */
export function explainEffect(
  effect: Effect,
  rules: readonly CompiledRule[],
  verdict: CheckResult,
  facts: Facts
): EffectExplanation {
  const considered = rules
    .filter((rule) => rule.tests.some((test) => test.holds(effect, unlimited)))
    .sort((a, b) => rank(a) - rank(b) || a.order - b.order)
  const decider = considered.find((rule) => rule.verdict === verdict)
  return {
    scope: effect.scope,
    action: spellingsOf(effect.action),
    command: spellingsOf(effect.command),
    path: spellingsOf(effect.path),
    domain: spellingsOf(effect.domain),
    verdict,
    considered: considered.map((rule) => explainRule(rule, effect, facts, decider)),
    others: rules.length - considered.length
  }
}

/** Who wants an explanation waits for it. */
const unlimited: Payer = { canSpend: () => true }

function spellingsOf({ all, any, wide }: Spellings): string[] {
  return [...new Set([...all, ...(any ?? []).map(({ text }) => text), ...wide])]
}

function rank(rule: CompiledRule): number {
  return rule.kind === 'allow' ? 1 : 0
}

function explainRule(
  rule: CompiledRule,
  effect: Effect,
  facts: Facts,
  decider: CompiledRule | undefined
): RuleExplanation {
  const tests = rule.tests.map((test) => ({
    field: test.field,
    holds: test.holds(effect, unlimited)
  }))
  const conditions = conditionsHold(rule.conditions, facts, effect.scope)
  const matches = rule.match === 'any' || tests.every((test) => test.holds)
  return {
    kind: rule.kind,
    id: ruleId(rule.source),
    line: rule.source.line,
    tests,
    match: rule.match,
    conditions,
    outcome: rule === decider ? 'decided' : outcomeOf(matches, conditions, decider !== undefined)
  }
}

function outcomeOf(matches: boolean, conditions: Truth, hasDecider: boolean): RuleOutcome {
  if (!matches) return 'not all of its tests hold'
  if (conditions === 'no') return 'its conditions do not hold'
  if (conditions === 'unknown') return 'its conditions cannot be evaluated'
  return hasDecider
    ? 'a stricter or earlier rule decided'
    : 'no rule decided but a limit or a guard'
}

/** An explanation as text: the verdict, then each effect with the rules that spoke of it. */
export function formatExplanation({ verdict, effects }: Explanation): string {
  const lines = [`${verdict.decision}: ${printable(verdict.reason)}`]
  if (verdict.matched_rule !== undefined) lines.push(`rule: ${printable(verdict.matched_rule)}`)
  for (const effect of effects) lines.push('', ...formatEffect(effect))
  return `${lines.join('\n')}\n`
}

function formatEffect(effect: EffectExplanation): string[] {
  const { scope, action, command, path, domain, verdict, considered, others } = effect
  const parts = [
    `scope ${JSON.stringify(scope)}`,
    ...action.map((text) => `action ${JSON.stringify(text)}`),
    ...command.map((text) => `command ${JSON.stringify(text)}`),
    // An action without a path is judged as one on `.`, which says nothing elsewhere.
    ...path
      .filter((text) => text !== '.' || scope === 'filesystem')
      .map((text) => `path ${JSON.stringify(text)}`),
    ...domain.map((text) => `domain ${JSON.stringify(text)}`)
  ]
  return [
    `effect: ${parts.join(', ')}`,
    `  verdict: ${verdict.decision} (${printable(verdict.matched_rule ?? 'no rule matches')})`,
    ...considered.map(formatRule),
    `  ${others} other ${others === 1 ? 'rule' : 'rules'} of this scope ${others === 1 ? 'does' : 'do'} not match`
  ]
}

function formatRule({ kind, id, line, tests, outcome }: RuleExplanation): string {
  const held = tests.filter((test) => test.holds).map((test) => test.field)
  const missed = tests.filter((test) => !test.holds).map((test) => test.field)
  const fields = [
    `holds: ${held.join(', ')}`,
    ...(missed.length > 0 ? [`does not hold: ${missed.join(', ')}`] : [])
  ]
  return `  line ${line}: ${kind} ${JSON.stringify(id)}: ${outcome} (${fields.join('; ')})`
}
