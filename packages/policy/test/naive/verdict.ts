import type { Rule, RuleKind } from '../../src/document.ts'

export interface NaiveVerdict {
  readonly decision: 'ALLOW' | 'REQUIRE_APPROVAL' | 'DENY'
  readonly matched_rule: string | undefined
  /** Absent where the specification leaves the words open. */
  readonly reason: string | undefined
  /** What decided, for counting: the tests that held, or the part of the evaluation. */
  readonly by: string
}

export function ruleVerdict(
  rule: Rule,
  kind: RuleKind,
  scope: string,
  tests: readonly string[]
): NaiveVerdict {
  const fields = [rule.pattern, rule.action, rule.domain, rule.class, rule.regex]
  const id = fields.find((field) => field !== undefined && field !== '') ?? rule.paths[0] ?? ''
  const by = tests.join(' and ')
  const matched_rule = `${kind}:${scope}:${id}`
  if (kind === 'deny') {
    const reason = rule.message === '' ? `Action denied by ${scope} deny rule` : rule.message
    return { decision: 'DENY', matched_rule, reason, by }
  }
  if (kind === 'require_approval') {
    const reason = `Matches approval rule in ${scope} scope`
    return { decision: 'REQUIRE_APPROVAL', matched_rule, reason, by }
  }
  return { decision: 'ALLOW', matched_rule, reason: `Allowed by ${scope} rule`, by }
}

export const defaultDeny: NaiveVerdict = {
  decision: 'DENY',
  matched_rule: undefined,
  reason: 'No matching allow rule (default deny)',
  by: 'default deny'
}

/** The first of the strictest. */
export function strictestOf(verdicts: readonly NaiveVerdict[]): NaiveVerdict | undefined {
  for (const decision of ['DENY', 'REQUIRE_APPROVAL', 'ALLOW']) {
    const first = verdicts.find((verdict) => verdict.decision === decision)
    if (first) return first
  }
  return undefined
}

export const addsNothing: NaiveVerdict = {
  decision: 'ALLOW',
  matched_rule: undefined,
  reason: undefined,
  by: 'derived'
}

/** The verdict on several effects: the strictest, and of two alike one that names a rule. */
export function worstOf(verdicts: readonly NaiveVerdict[]): NaiveVerdict | undefined {
  const order: readonly ((verdict: NaiveVerdict) => boolean)[] = [
    (verdict) => verdict.decision === 'DENY' && verdict.matched_rule !== undefined,
    (verdict) => verdict.decision === 'DENY',
    (verdict) => verdict.decision === 'REQUIRE_APPROVAL' && verdict.by !== 'unknown effect',
    (verdict) => verdict.decision === 'REQUIRE_APPROVAL',
    (verdict) => verdict !== addsNothing,
    () => true
  ]
  return order.map((isIt) => verdicts.find(isIt)).find((found) => found !== undefined)
}
