import type { CheckResult, Decision } from '@agentguard/protocol'
import type { Rule, RuleKind } from '../document.ts'

/** What identifies the policy in its verdicts. */
export interface PolicyOrigin {
  readonly file?: string
  readonly digest?: string
}

const decisions: Readonly<Record<RuleKind, Decision>> = {
  deny: 'DENY',
  require_approval: 'REQUIRE_APPROVAL',
  allow: 'ALLOW'
}

/** What the rule is called in `matched_rule`: the first of its fields that it has. */
export function ruleId(rule: Rule): string {
  return (
    rule.pattern || rule.action || rule.domain || rule.class || rule.regex || rule.paths[0] || ''
  )
}

/** The verdict of a rule that decides. */
export function ruleVerdict(
  rule: Rule,
  kind: RuleKind,
  scope: string,
  origin: PolicyOrigin
): CheckResult {
  return verdict(
    {
      decision: decisions[kind],
      reason: ruleReason(rule, kind, scope),
      matched_rule: `${kind}:${scope}:${ruleId(rule)}`,
      rule_source: Object.freeze({
        ...(origin.file === undefined ? {} : { file: origin.file }),
        line: rule.line
      })
    },
    origin
  )
}

/** A verdict that carries the policy's digest, if it has one, and that nobody can change. */
export function verdict(result: CheckResult, origin: PolicyOrigin): CheckResult {
  return Object.freeze(
    origin.digest === undefined ? result : { ...result, policy_digest: origin.digest }
  )
}

function ruleReason(rule: Rule, kind: RuleKind, scope: string): string {
  if (kind === 'deny') return rule.message || `Action denied by ${scope} deny rule`
  if (kind === 'require_approval') return `Matches approval rule in ${scope} scope`
  return `Allowed by ${scope} rule`
}

const strictness: Readonly<Record<Decision, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** The stricter of two verdicts, the first if they are alike. */
export function stricter(first: CheckResult, second: CheckResult): CheckResult {
  return strictness[second.decision] > strictness[first.decision] ? second : first
}
