import type { CheckResult } from '@agentguard/protocol'
import type { CostLimits, MoneyLimit } from '../document.ts'
import { formatDollars, microDollars } from '../micro-dollars.ts'

/**
 * What the limits say of one action by itself; what was spent before is the limiter's to know.
 *
 * The cost is rounded up to whole micro-dollars and a limit down, so that rounding never helps who
 * spends. Reasons show the number as it was received.
 */
export function costVerdict(cost: number, limits: CostLimits): CheckResult {
  const shown = `$${formatDollars(cost)}`
  if (cost < 0) {
    return deny('negative_value', `Negative cost value not allowed: ${shown}`)
  }
  const micros = microDollars(cost, 'up')
  if (exceeds(micros, limits.max_per_action)) {
    const limit = limits.max_per_action?.text
    return deny('max_per_action', `Estimated cost ${shown} exceeds per-action limit of ${limit}`)
  }
  if (micros === undefined) {
    return deny('out_of_range', `Estimated cost ${shown} is out of range`)
  }
  if (exceeds(micros, limits.alert_threshold)) {
    return Object.freeze({
      decision: 'REQUIRE_APPROVAL',
      reason: `Estimated cost ${shown} exceeds alert threshold of ${limits.alert_threshold?.text}`,
      matched_rule: 'require_approval:cost:alert_threshold'
    })
  }
  return withinLimits
}

const withinLimits: CheckResult = Object.freeze({
  decision: 'ALLOW',
  reason: 'Cost within limits',
  matched_rule: 'allow:cost:within_limits'
})

function exceeds(micros: number | undefined, limit: MoneyLimit | undefined): boolean {
  if (!limit) return false
  return micros === undefined || micros > limit.micros
}

function deny(name: string, reason: string): CheckResult {
  return Object.freeze({ decision: 'DENY', reason, matched_rule: `deny:cost:${name}` })
}
