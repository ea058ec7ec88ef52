import { type CostLimits, type RuleKind, type RuleSet, ruleKinds } from '../document.ts'
import { type CompiledRule, compileRule } from './compiled-rule.ts'
import { RuleIndex } from './rule-index.ts'
import type { PolicyOrigin } from './verdict.ts'

/** All rules of one scope, from all rule sets that have it. */
export interface ScopeRules {
  readonly rules: readonly CompiledRule[]
  readonly index: RuleIndex
  /** One for each rule set of scope `cost` that has limits. */
  readonly limits: readonly CostLimits[]
  /** The rules of those rule sets that have `matching: literal`. They are not among the others. */
  readonly literal?: ScopeRules | undefined
  /** Whether all rule sets are literal. */
  readonly isLiteral: boolean
}

/**
 * Which rules come first among those of one decision: the scope's first rule set, then the agent's
 * override, then the scope's other rule sets. It changes which rule is reported, never the decision.
 */
export type Origin = 'base' | 'override'

/** Compiles the rule sets of one scope. */
export function compileScope(
  scope: string,
  ruleSets: readonly RuleSet[],
  origin: Origin,
  policy: PolicyOrigin
): ScopeRules {
  const rules: CompiledRule[] = []
  const literal: CompiledRule[] = []
  for (const [at, ruleSet] of ruleSets.entries()) {
    const tier = origin === 'override' ? 1 : at === 0 ? 0 : 2
    for (const kind of ruleKinds) {
      for (const rule of ruleSet[kind]) {
        const order = orderOf(kind, tier, rules.length + literal.length)
        const list = ruleSet.matching === 'literal' ? literal : rules
        list.push(compileRule(rule, kind, scope, order, policy))
      }
    }
  }
  return {
    rules,
    index: new RuleIndex(rules),
    limits: scope === 'cost' ? ruleSets.flatMap((ruleSet) => ruleSet.limits ?? []) : [],
    literal:
      literal.length === 0
        ? undefined
        : { rules: literal, index: new RuleIndex(literal), limits: [], isLiteral: true },
    isLiteral: ruleSets.every(({ matching }) => matching === 'literal')
  }
}

/** Decisions apart by 2^40, tiers by 2^36: no policy has so many rules. */
function orderOf(kind: RuleKind, tier: number, position: number): number {
  return ruleKinds.indexOf(kind) * 2 ** 40 + tier * 2 ** 36 + position
}
