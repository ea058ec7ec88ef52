import type { BudgetAccount } from './budget-account.ts'
import { never } from './budget-period.ts'
import type { Charge, Exceeded } from './budgets.ts'

/**
 * The first charge whose limit an amount does not fit in. Exactly the limit fits.
 *
 * Both numbers are whole and at most 2^53 - 1, so that their sum is never rounded below a limit.
 */
export function firstExceeded(
  charges: readonly Charge[],
  micros: number,
  spentOf: (account: BudgetAccount) => number
): Exceeded | undefined {
  for (const { account, limitMicros } of charges) {
    if (limitMicros === undefined) continue
    const spentMicros = spentOf(account)
    if (spentMicros + micros > limitMicros) {
      return { account, limitMicros, spentMicros, requestedMicros: micros }
    }
  }
  return undefined
}

/** Adds up to the largest number that is exact. An account that reaches it stays there. */
export function addMicros(spent: number, micros: number): number {
  return Math.min(spent + micros, Number.MAX_SAFE_INTEGER)
}

/** Takes an amount back, down to 0. */
export function subtractMicros(spent: number, micros: number): number {
  return Math.max(spent - micros, 0)
}

/** Throws a `RangeError` for what is no amount, no limit or no time. Nothing is counted then. */
export function checkAmounts(micros: number, now: number, charges: readonly Charge[] = []): void {
  checkMicros('an amount', micros)
  checkTime(now)
  for (const { limitMicros = 0 } of charges) checkMicros('a limit', limitMicros)
}

/** Throws a `RangeError` for what is no date. */
export function checkTime(now: number): void {
  if (!(Math.abs(now) < never)) {
    throw new RangeError('`now` must be milliseconds since 1970')
  }
}

function checkMicros(what: string, micros: number): void {
  if (!Number.isSafeInteger(micros) || micros < 0) {
    throw new RangeError(`${what} must be a whole number of micro-dollars from 0 on`)
  }
}
