import type { BudgetAccount } from './budget-account.ts'

/** An account that an amount is counted against. */
export interface Charge {
  readonly account: BudgetAccount
  /** At most this much may be counted in it, in micro-dollars. Absent: it is counted, not limited. */
  readonly limitMicros?: number | undefined
}

/** The account whose limit an amount does not fit in. */
export interface Exceeded {
  readonly account: BudgetAccount
  readonly limitMicros: number
  /** What is counted already, reservations included. */
  readonly spentMicros: number
  readonly requestedMicros: number
}

export type Reserved =
  | { readonly ok: true; readonly reservation: string }
  | { readonly ok: false; readonly exceeded: Exceeded }

/**
 * Counts money against budgets, in whole micro-dollars.
 *
 * Money is reserved before an action may run. `commit` makes that final, `release` gives it back for
 * an action that will not run. What is neither committed nor released stays counted for as long as its
 * account does: whoever breaks between the two has spent it.
 *
 * Implementations
 * - MUST make `reserve` atomic over all its accounts, across all processes that share their storage:
 *   all are charged or none is, and no interleaving takes an account above a limit;
 * - MUST have stored what they answer before they answer;
 * - MUST charge an account that is named twice once, and hold it to each of the limits;
 * - MUST bound what they remember. New accounts beyond the bound share one account per tenant, holder
 *   and period;
 * - MUST NOT begin a period again because `now` went back.
 *
 * A refusal is a value. A `RangeError` (an amount, a limit or a time that is none) and a broken storage
 * throw or reject: the caller denies then.
 */
export interface Budgets {
  /**
   * Counts an amount, if it fits in every limit. An amount of 0 fits unless a limit is exceeded already;
   * there is nothing to commit or release then.
   */
  reserve(charges: readonly Charge[], micros: number, now: number): Reserved | Promise<Reserved>
  /** What `reserve` would refuse an amount for now, if anything. Counts nothing. */
  exceeded(
    charges: readonly Charge[],
    micros: number,
    now: number
  ): Exceeded | undefined | Promise<Exceeded | undefined>
  /** Makes a reservation final. Says whether it was open: a second call changes nothing. */
  commit(reservation: string): boolean | Promise<boolean>
  /** Gives a reservation back. Says whether it was open: a second call changes nothing. */
  release(reservation: string): boolean | Promise<boolean>
  /** Counts what was spent elsewhere, whatever the limits are. */
  record(accounts: readonly BudgetAccount[], micros: number, now: number): void | Promise<void>
  /** Takes an amount back, down to 0. */
  refund(accounts: readonly BudgetAccount[], micros: number, now: number): void | Promise<void>
  /** What is counted against an account now. */
  spent(account: BudgetAccount, now: number): number | Promise<number>
  /**
   * Forgets accounts whose period is over, and those without a period that nothing was counted in for
   * longer than `maxIdleMs`, unless that is 0. The latter begin at 0 when they are used again. Returns
   * how many it were.
   */
  sweep(maxIdleMs: number, now: number): number | Promise<number>
}
