import type { CheckResult } from '@agentguard/protocol'
import type { Condition, Rule, RuleKind } from '../document.ts'
import { type Reading, type Test, testsOf } from './tests.ts'
import { type PolicyOrigin, ruleVerdict } from './verdict.ts'

/** A rule ready to be judged by. */
export interface CompiledRule {
  readonly kind: RuleKind
  /** Lower decides first. */
  readonly order: number
  readonly tests: readonly Test[]
  /** Whether one test is enough, or all must hold. */
  readonly match: 'any' | 'all'
  readonly conditions: readonly Condition[]
  readonly verdict: CheckResult
  readonly source: Rule
}

/** How rules of a kind are read: an allowance needs proof, a restriction matches wide. */
function readingOf(kind: RuleKind): Reading {
  return kind === 'allow' ? 'proof' : 'wide'
}

/** Compiles a rule; one that can never match has no tests. */
export function compileRule(
  rule: Rule,
  kind: RuleKind,
  scope: string,
  order: number,
  origin: PolicyOrigin
): CompiledRule {
  return {
    kind,
    order,
    tests: testsOf(rule, scope, readingOf(kind)) ?? [],
    match: rule.match ?? (kind === 'allow' ? 'all' : 'any'),
    conditions: rule.conditions,
    verdict: ruleVerdict(rule, kind, scope, origin),
    source: rule
  }
}
