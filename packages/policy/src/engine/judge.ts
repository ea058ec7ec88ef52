import type { CheckResult } from '@agentguard/protocol'
import type { Effect } from '../effects/effect.ts'
import type { EffectiveRules } from './agent-rules.ts'
import { costVerdict } from './cost-limits.ts'
import type { Facts } from './facts.ts'
import { Search } from './search.ts'
import { stricter } from './verdict.ts'
import type { WorkBudget } from './work-budget.ts'

/** The verdict on what no rule allows. */
export const defaultDeny: CheckResult = Object.freeze({
  decision: 'DENY',
  reason: 'No matching allow rule (default deny)'
})

/** The verdict on what is only derived, where nothing restricts it. */
const addsNothing: CheckResult = Object.freeze({
  decision: 'ALLOW',
  reason: 'No rule restricts what this action may also do'
})

const tooLarge: CheckResult = Object.freeze({
  decision: 'DENY',
  reason: 'This action is longer than any such action is, or takes more work than one check may do',
  matched_rule: 'deny:request:too_large'
})

/**
 * Judges one effect: deny over approval over allow, over all rule sets of the scope and the limits
 * beside them.
 *
 * Total and synchronous. INVARIANT: the order of rules never changes the decision, only which of
 * several rules of one decision is reported.
 */
export function judgeEffect(
  effect: Effect,
  cost: number,
  rules: EffectiveRules | undefined,
  facts: Facts,
  budget: WorkBudget
): CheckResult {
  if (effect.traversal !== undefined) return traversalVerdict(effect.traversal)
  if (effect.isTooLarge) return tooLarge
  if (!rules) return effect.derived === undefined ? defaultDeny : addsNothing
  const search = new Search(effect, facts, budget)
  for (const index of rules.indexes) index.search(effect, search)
  const found = search.best?.verdict
  const limits = limitsVerdict(cost, rules)
  if (limits?.decision === 'DENY') return limits
  if (found?.decision === 'DENY') return found
  if (budget.exhausted) return tooLarge
  if (limits?.decision === 'REQUIRE_APPROVAL') return limits
  if (found?.decision === 'REQUIRE_APPROVAL') return found
  const allowed = limits ?? found ?? (effect.derived === 'possible' ? addsNothing : undefined)
  if (!allowed) return defaultDeny
  // A rule that may apply turns an ALLOW into its own decision and changes nothing else.
  if (search.uncertain) return search.uncertain.verdict
  return effect.unknown === undefined ? allowed : unknownVerdict(effect.scope, effect.unknown)
}

function limitsVerdict(cost: number, { limits }: EffectiveRules): CheckResult | undefined {
  let strictest: CheckResult | undefined
  for (const limit of limits) {
    const verdict = costVerdict(cost, limit)
    strictest = strictest ? stricter(strictest, verdict) : verdict
  }
  return strictest
}

function traversalVerdict(path: string): CheckResult {
  return Object.freeze({
    decision: 'DENY',
    reason: `path traversal detected: ${path}`,
    matched_rule: 'deny:filesystem:path_traversal'
  })
}

function unknownVerdict(scope: string, why: string): CheckResult {
  return Object.freeze({
    decision: 'REQUIRE_APPROVAL',
    reason: `What this action does cannot be known: ${why}`,
    matched_rule: `require_approval:${scope}:unknown_effect`
  })
}
