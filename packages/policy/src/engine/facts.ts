import type { Condition } from '../document.ts'

/** Whether a condition holds; `unknown` when there is nothing to tell it by. */
export type Truth = 'yes' | 'no' | 'unknown'

/** What a verdict needs from outside. */
export interface Facts {
  /**
   * Whether an action of this agent in this scope that was allowed within the last `windowMs`
   * milliseconds has `pattern` as its `action` or `command`, or matches it as a pattern of an allow rule.
   */
  prior(pattern: string, windowMs: number, scope: string): Truth
}

/** The facts of somebody who has no history. */
export const noFacts: Facts = { prior: () => 'unknown' }

/** Whether all conditions hold: one that does not outweighs one that is unknown. */
export function conditionsHold(
  conditions: readonly Condition[],
  facts: Facts,
  scope: string
): Truth {
  let truth: Truth = 'yes'
  for (const { require_prior, windowMs } of conditions) {
    if (require_prior === '') continue
    const holds = facts.prior(require_prior, windowMs, scope)
    if (holds === 'no') return 'no'
    // Whatever else a caller answers is no yes.
    if (holds !== 'yes') truth = 'unknown'
  }
  return truth
}
