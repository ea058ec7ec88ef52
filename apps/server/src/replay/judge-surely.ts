import type { Facts, Policy, Truth } from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/** More questions than this about an unknown past are not tried out. */
const maxUnknowns = 4

/**
 * Judges an action of which not all facts are known. Undefined when the decision depends on what is not
 * known: every answer is tried.
 */
export function judgeSurely(
  policy: Policy,
  action: ActionRequest,
  facts: Facts
): CheckResult | undefined {
  const unknowns = new Set<string>()
  const note = (key: string): Truth => {
    unknowns.add(key)
    return 'unknown'
  }
  const verdict = policy.check(action, withAnswers(facts, note))
  if (unknowns.size === 0) return verdict
  if (unknowns.size > maxUnknowns) return undefined
  const keys = [...unknowns]
  const decisions = new Set<string>()
  for (let choice = 0; choice < 2 ** keys.length; choice++) {
    const answer = (key: string): Truth => {
      const bit = keys.indexOf(key)
      return bit < 0 ? note(key) : (choice >> bit) % 2 === 1 ? 'yes' : 'no'
    }
    decisions.add(policy.check(action, withAnswers(facts, answer)).decision)
  }
  // A question that only one of the answers led to has not been tried out.
  const isSure = unknowns.size === keys.length && decisions.size === 1
  return isSure && decisions.has(verdict.decision) ? verdict : undefined
}

function withAnswers(facts: Facts, answer: (key: string) => Truth): Facts {
  return {
    prior(pattern, windowMs, scope) {
      const known = facts.prior(pattern, windowMs, scope)
      return known === 'unknown' ? answer(JSON.stringify([pattern, windowMs, scope])) : known
    }
  }
}
