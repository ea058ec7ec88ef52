import type { CostLimits, MoneyLimit } from '../../src/document.ts'
import { isSafe, naiveDollars, naiveMicros } from './money.ts'
import type { NaiveVerdict } from './verdict.ts'

/** The verdict of the limits that a single action can be held to. */
export function limitsVerdict(limits: CostLimits, cost: number): NaiveVerdict {
  const micros = naiveMicros(cost)
  const exceeds = (limit: MoneyLimit | undefined): boolean =>
    limit !== undefined && micros !== undefined && micros > BigInt(limit.micros)
  if (cost < 0) {
    return deny('negative_value', `Negative cost value not allowed: ${naiveDollars(cost)}`)
  }
  if (exceeds(limits.max_per_action)) {
    return deny(
      'max_per_action',
      `Estimated cost ${naiveDollars(cost)} exceeds per-action limit of ${limits.max_per_action?.text}`
    )
  }
  if (micros === undefined || !isSafe(micros)) return deny('out_of_range', undefined)
  if (exceeds(limits.alert_threshold)) {
    return {
      decision: 'REQUIRE_APPROVAL',
      matched_rule: 'require_approval:cost:alert_threshold',
      reason: `Estimated cost ${naiveDollars(cost)} exceeds alert threshold of ${limits.alert_threshold?.text}`,
      by: 'limits'
    }
  }
  return {
    decision: 'ALLOW',
    matched_rule: 'allow:cost:within_limits',
    reason: 'Cost within limits',
    by: 'limits'
  }
}

function deny(what: string, reason: string | undefined): NaiveVerdict {
  return { decision: 'DENY', matched_rule: `deny:cost:${what}`, reason, by: 'limits' }
}
