import type { CheckResult } from '@agentguard/protocol'
import { type Answer, jsonAnswer } from './answer.ts'
import { encodeJson } from './encode-json.ts'

/** A denial that no policy gave: some clients take an HTTP error for a yes. */
export function denialAnswer(rule: string, reason: string): Answer {
  const verdict: CheckResult = {
    schema_version: 'v1',
    decision: 'DENY',
    reason,
    matched_rule: rule
  }
  return jsonAnswer(200, encodeJson(verdict), timingHeaders(0, 0))
}

/** How long the parts of a check took. There is no audit log to wait for yet. */
export function timingHeaders(policyMs: number, totalMs: number): Record<string, string> {
  return {
    'X-AgentGuard-Policy-Ms': policyMs.toFixed(3),
    'X-AgentGuard-Audit-Ms': '0.000',
    'X-AgentGuard-Total-Ms': totalMs.toFixed(3)
  }
}
