import { type BudgetAccount, type Budgets, type Charge, LimiterError } from '../src/index.ts'

export const day = 86_400_000
/** The last day of a month. */
export const noon: number = Date.UTC(2026, 0, 31, 12)

export const session = (id: string, tenant = 'local'): BudgetAccount => ({
  tenant,
  holder: 'session',
  id,
  period: 'ever'
})

export const daily = (id: string, tenant = 'local'): BudgetAccount => ({
  tenant,
  holder: 'agent',
  id,
  period: 'day'
})

export const monthly = (id: string): BudgetAccount => ({ ...daily(id), period: 'month' })

export const charge = (account: BudgetAccount, limitMicros?: number): Charge => ({
  account,
  limitMicros
})

/** Reserves; returns the reservation, or `undefined` for a refusal. */
export async function reserve(
  budgets: Budgets,
  charges: readonly Charge[],
  micros: number,
  now: number = noon
): Promise<string | undefined> {
  try {
    const reserved = await budgets.reserve(charges, micros, now)
    return reserved.ok ? reserved.reservation : undefined
  } catch (error) {
    // With room for a handful of accounts, there may be none for another group.
    if (error instanceof LimiterError && error.code === 'full') return undefined
    throw error
  }
}
