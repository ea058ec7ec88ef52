/**
 * How many characters one check may read while it tests patterns that look inside a text.
 *
 * An index leads a check to the few rules that its text speaks of; a hostile text that speaks of
 * thousands of them at once, at great length, is refused instead of judged slowly.
 */
export const maxWork: number = 2 ** 26

/** What is left of the work that a check may do. */
export class WorkBudget {
  #left = maxWork
  #exhausted = false

  /** Some rule could not be tested, so nothing may be concluded from what did not match. */
  get exhausted(): boolean {
    return this.#exhausted
  }

  canSpend(characters: number): boolean {
    this.#left -= characters
    if (this.#left < 0) this.#exhausted = true
    return !this.#exhausted
  }
}
