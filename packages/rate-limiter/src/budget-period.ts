import type { BudgetPeriod } from './budget-account.ts'

/** The end of time, as far as dates go. */
export const never = 8.64e15

/** When the period that `now` is in ends, in UTC. It also tells the periods apart. */
export function periodEnd(period: BudgetPeriod, now: number): number {
  if (period === 'ever') return never
  const date = new Date(now)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  const end = period === 'day' ? utc(year, month, date.getUTCDate() + 1) : utc(year, month + 1, 1)
  return Number.isNaN(end) ? never : end
}

/** `Date.UTC` takes the years 0 to 99 for the 1900s. */
function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}
