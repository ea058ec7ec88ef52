import type { CheckResult } from '@agentguard/protocol'

/**
 * Creates what gives verdicts the version of their form, as they are answered and written down.
 *
 * Most verdicts are those of a rule, and a rule has one that nobody can change. Its version is made once, so that
 * whoever makes a text of it can do that once too.
 */
export function createVersionedVerdict(): (verdict: CheckResult) => CheckResult {
  const known = new WeakMap<CheckResult, CheckResult>()
  return (verdict) => {
    // One with an effect is of one action: it would be kept for nothing.
    if (verdict.effect !== undefined || !Object.isFrozen(verdict)) return versioned(verdict)
    const before = known.get(verdict)
    if (before) return before
    const made = Object.freeze(versioned(verdict))
    known.set(verdict, made)
    return made
  }
}

function versioned(verdict: CheckResult): CheckResult {
  return { schema_version: 'v1', ...verdict }
}
