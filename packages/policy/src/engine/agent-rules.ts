import type { AgentOverride, CostLimits, RuleSet } from '../document.ts'
import type { CompiledRule } from './compiled-rule.ts'
import { RuleIndex } from './rule-index.ts'
import { compileScope, type ScopeRules } from './scope-rules.ts'
import type { PolicyOrigin } from './verdict.ts'

/** The rules that hold for one agent in one scope: what to search, in any order. */
export interface EffectiveRules {
  readonly rules: readonly CompiledRule[]
  readonly indexes: readonly RuleIndex[]
  readonly limits: readonly CostLimits[]
  /** Those of rule sets with `matching: literal`, which judge the action's own text and nothing else. */
  readonly literal?: EffectiveRules | undefined
  /** Whether all rule sets of the scope are literal. */
  readonly isLiteral: boolean
}

/** Put together once: a check must not cost more when the policy has more rules. */
const together = new WeakMap<EffectiveRules, EffectiveRules>()

/** All rules of a scope, literal ones among them: those for an action of which nothing is derived. */
export function allRules(rules: EffectiveRules): EffectiveRules {
  const { literal } = rules
  if (!literal) return rules
  const known = together.get(rules)
  if (known) return known
  const all = {
    ...rules,
    rules: [...rules.rules, ...literal.rules],
    indexes: [...rules.indexes, ...literal.indexes]
  }
  together.set(rules, all)
  return all
}

/** The rules of a scope for an agent without an override. */
export function baseRules(base: ScopeRules): EffectiveRules {
  const { rules, index, limits, literal, isLiteral } = base
  return { rules, indexes: [index], limits, literal: literal && baseRules(literal), isLiteral }
}

/**
 * The rules of the scopes that an agent's override names, over those of everybody.
 *
 * `merge` adds the override's deny and approval rules to the base's, and replaces its allow rules
 * and, if the override has any, its limits. `replace` replaces everything.
 */
export function overriddenRules(
  agent: AgentOverride,
  restrictions: ReadonlyMap<string, () => ScopeRules>,
  policy: PolicyOrigin
): Map<string, EffectiveRules> {
  return new Map(
    agent.override.map((ruleSet) => {
      const over = compileScope(ruleSet.scope, [ruleSet], 'override', policy)
      const below = agent.override_mode === 'merge' ? restrictions.get(ruleSet.scope) : undefined
      return [ruleSet.scope, below ? merged(below(), over, ruleSet) : baseRules(over)]
    })
  )
}

/** A scope's rules without those that allow: what is left of them below an override. */
export function restrictionsOf(base: ScopeRules): ScopeRules {
  const rules = base.rules.filter((rule) => rule.kind !== 'allow')
  const literal = base.literal && restrictionsOf(base.literal)
  return { ...base, rules, index: new RuleIndex(rules), literal }
}

function merged(below: ScopeRules, over: ScopeRules, ruleSet: RuleSet): EffectiveRules {
  const literals = [below.literal, over.literal].filter((one) => one !== undefined)
  return {
    rules: [...below.rules, ...over.rules],
    indexes: [below.index, over.index],
    limits: ruleSet.limits ? over.limits : below.limits,
    literal: literals.length === 0 ? undefined : joined(literals),
    isLiteral: below.isLiteral && over.isLiteral
  }
}

function joined(all: readonly ScopeRules[]): EffectiveRules {
  return {
    rules: all.flatMap(({ rules }) => rules),
    indexes: all.map(({ index }) => index),
    limits: [],
    isLiteral: true
  }
}
