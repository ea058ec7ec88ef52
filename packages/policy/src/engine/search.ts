import type { Effect } from '../effects/effect.ts'
import { conditionsHold, type Facts, type Truth } from './facts.ts'
import type { Clause, RuleSeeker } from './rule-index.ts'
import type { WorkBudget } from './work-budget.ts'

/** Keeps the first rule that matches an effect and whose conditions hold: deny, approval, allow. */
export class Search implements RuleSeeker {
  /** The matching rule of the lowest order so far. */
  best: Clause | undefined
  /** The restrictive rule of the lowest order that would match, were its conditions known to hold. */
  uncertain: Clause | undefined
  limit: number = Number.POSITIVE_INFINITY
  readonly #effect: Effect
  readonly #facts: Facts
  readonly #budget: WorkBudget
  readonly #truths: Map<number, Truth> = new Map()

  constructor(effect: Effect, facts: Facts, budget: WorkBudget) {
    this.#effect = effect
    this.#facts = facts
    this.#budget = budget
  }

  canSpend(characters: number): boolean {
    return this.#budget.canSpend(characters)
  }

  offer(clause: Clause): void {
    if (clause.order >= this.limit) return
    if (clause.remainder && !clause.remainder(this.#effect, this.#budget)) return
    const holds = clause.conditions ? this.#conditionsHold(clause) : 'yes'
    if (holds === 'yes') {
      this.best = clause
      this.limit = clause.order
    } else if (holds === 'unknown' && clause.verdict.decision !== 'ALLOW') {
      if (!this.uncertain || clause.order < this.uncertain.order) this.uncertain = clause
    }
  }

  /** A rule may be offered once for each spelling; who knows the facts is asked once. */
  #conditionsHold(clause: Clause): Truth {
    const known = this.#truths.get(clause.order)
    if (known !== undefined) return known
    const truth = conditionsHold(clause.conditions ?? [], this.#facts, this.#effect.scope)
    this.#truths.set(clause.order, truth)
    return truth
  }
}
