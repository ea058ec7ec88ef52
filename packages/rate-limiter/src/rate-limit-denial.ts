import type { CheckResult } from '@agentguard/protocol'

/** The verdict on a request that a rate limit refuses. `window` is the window as reasons show it. */
export function rateLimitDenial(scope: string, max: number, window: string): CheckResult {
  return {
    decision: 'DENY',
    reason: `rate limit exceeded: ${max} requests per ${window}`,
    matched_rule: `deny:ratelimit:${scope}`
  }
}
