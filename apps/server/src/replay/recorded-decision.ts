import type { AuditEntry, Decision } from '@agentguard/protocol'

/** What a policy had said to an action, as far as the log tells. */
export type RecordedDecision =
  | {
      readonly isComparable: true
      readonly decision: Decision
      /** Who answered in the end. */
      readonly by: 'policy' | 'person'
    }
  | { readonly isComparable: false; readonly by: 'count' | 'enforcement_point' | 'server' }

const counts = /^deny:(?:ratelimit:|cost:max_per_(?:session|day|month)$)/
const people = /^(?:allow:approved|deny:approved(?::invalid_resolution)?|require_approval:pending)$/
const enforcementPoints = /^(?:allow|deny):(gateway|llm_api_proxy):/
const serverParts = /^deny:(guard|approvals|server|tenant|request):/

/**
 * Finds out what the policy had said to an entry. Where a person answered, it had asked for approval.
 * Where something else decided, what the policy had said or would have said is not in the log.
 */
export function recordedDecision({ request, result }: AuditEntry): RecordedDecision {
  const { decision, matched_rule: rule = '' } = result
  if (people.test(rule)) return { isComparable: true, decision: 'REQUIRE_APPROVAL', by: 'person' }
  if (counts.test(rule)) return { isComparable: false, by: 'count' }
  // A policy may have rules for a scope of that name.
  const point = enforcementPoints.exec(rule)?.[1]
  if (point !== undefined && point !== request.scope) {
    return { isComparable: false, by: 'enforcement_point' }
  }
  const part = serverParts.exec(rule)?.[1]
  if (part !== undefined && part !== request.scope) return { isComparable: false, by: 'server' }
  return { isComparable: true, decision, by: 'policy' }
}
