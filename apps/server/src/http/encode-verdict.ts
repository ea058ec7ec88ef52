import type { CheckResult } from '@agentguard/protocol'
import { encodeJson } from './encode-json.ts'

/** A verdict as the wire has it: the members of v1 in their order, then the later ones. */
export function wireVerdict(verdict: CheckResult): CheckResult {
  return {
    schema_version: 'v1',
    decision: verdict.decision,
    reason: verdict.reason,
    ...(verdict.matched_rule ? { matched_rule: verdict.matched_rule } : {}),
    ...(verdict.approval_id ? { approval_id: verdict.approval_id } : {}),
    ...(verdict.approval_url ? { approval_url: verdict.approval_url } : {}),
    ...(verdict.rule_source ? { rule_source: verdict.rule_source } : {}),
    ...(verdict.effect ? { effect: verdict.effect } : {}),
    ...(verdict.policy_digest ? { policy_digest: verdict.policy_digest } : {})
  }
}

/**
 * Creates an encoder that keeps the text of verdicts that cannot change: most verdicts are those of a
 * rule, and a rule has one. The texts go when their verdicts do, with the policy.
 */
export function createVerdictEncoder(): (verdict: CheckResult) => string {
  const texts = new WeakMap<CheckResult, string>()
  return (verdict) => {
    const known = texts.get(verdict)
    if (known !== undefined) return known
    const text = encodeJson(wireVerdict(verdict))
    if (Object.isFrozen(verdict)) texts.set(verdict, text)
    return text
  }
}
