import type { CheckResult } from '@agentguard/protocol'
import { type Answer, jsonAnswer } from './answer.ts'
import { encodeJson } from './encode-json.ts'

/** A denial that no policy gave: some clients take an HTTP error for a yes. */
export function denialAnswer(
  rule: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {}
): Answer {
  return jsonAnswer(200, encodeJson(denial(rule, reason)), {
    ...timingHeaders(0, 0, 0),
    ...headers
  })
}

/** How many actions may be asked about at once. */
export const maxBatch = 100

/**
 * The same for a batch that nobody has read: how many actions it has is not known, so that each that there can be is
 * denied, and all of them together.
 */
export function batchDenialAnswer(
  rule: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {}
): Answer {
  const verdict = denial(rule, reason)
  const results = Array<CheckResult>(maxBatch).fill(verdict)
  return jsonAnswer(200, encodeJson({ ...verdict, results }), {
    ...timingHeaders(0, 0, 0),
    ...headers
  })
}

/** The verdict of such a denial. */
export function denial(rule: string, reason: string): CheckResult {
  return { schema_version: 'v1', decision: 'DENY', reason, matched_rule: rule }
}

/** How long the verdict took, how long its line in the log, and everything together. */
export function timingHeaders(
  policyMs: number,
  auditMs: number,
  totalMs: number
): Record<string, string> {
  const [policy, audit] = [policyMs.toFixed(3), auditMs.toFixed(3)]
  // Rounding must not make the whole less than its parts.
  const total = Math.max(totalMs, Number(policy) + Number(audit)).toFixed(3)
  return {
    'X-AgentGuard-Policy-Ms': policy,
    'X-AgentGuard-Audit-Ms': audit,
    'X-AgentGuard-Total-Ms': total
  }
}
