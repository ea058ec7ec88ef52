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

/** The verdict on what no rule allows. */
export const defaultDeny: CheckResult = Object.freeze({
  decision: 'DENY',
  reason: 'No matching allow rule (default deny)'
})

/** The verdict on what is only derived, where nothing restricts it. */
export const addsNothing: CheckResult = Object.freeze({
  decision: 'ALLOW',
  reason: 'No rule restricts what this action may also do'
})

/** The verdict on a write to a dangerous place of which no rule speaks. */
export const protectedVerdict: CheckResult = Object.freeze({
  decision: 'REQUIRE_APPROVAL',
  reason: 'It writes to a place that decides what runs later or who may log in',
  matched_rule: 'require_approval:filesystem:protected_path'
})

/** The verdict on what a rule allows and nobody can prove. */
export function unknownVerdict(scope: string, why: string): CheckResult {
  return Object.freeze({
    decision: 'REQUIRE_APPROVAL',
    reason: `What this action does cannot be known: ${why}`,
    matched_rule: `require_approval:${scope}:unknown_effect`
  })
}

const strictness: Readonly<Record<Decision, number>> = { ALLOW: 2, REQUIRE_APPROVAL: 4, DENY: 6 }

/** Among verdicts of one decision, what says more comes first. */
function rank(verdict: CheckResult): number {
  if (verdict === addsNothing) return 1
  const isPlain = verdict === defaultDeny || verdict.matched_rule?.endsWith(':unknown_effect')
  return strictness[verdict.decision] - (isPlain ? 1 : 0)
}

/** The stricter of two verdicts; of two alike, the one that names a rule, else the first. */
export function stricter(first: CheckResult, second: CheckResult): CheckResult {
  return rank(second) > rank(first) ? second : first
}
