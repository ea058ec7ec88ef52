import type { ActionRequest, CheckResult, Gate } from '@agentguard/protocol'

/** The part of a compiled policy that a gate needs; `compilePolicy` of `@agentguard/policy` makes one. */
export interface LocalPolicy {
  check(action: ActionRequest): CheckResult
}

/**
 * A gate over a policy in this process, for tests and tools that work offline. It counts nothing, remembers nothing
 * and records nothing: budgets, rates, history and approvals need a server. Fails closed.
 */
export function localGate(policy: LocalPolicy): Gate {
  return async (action, { signal } = {}) => {
    signal?.throwIfAborted()
    try {
      return policy.check(action)
    } catch {
      return {
        decision: 'DENY',
        reason: 'The policy engine failed',
        matched_rule: 'deny:guard:policy'
      }
    }
  }
}
