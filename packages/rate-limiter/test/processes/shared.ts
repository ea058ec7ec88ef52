import type { BudgetAccount, RateLimit } from '../../src/index.ts'

/** The limits that several processes share in the tests. */
export const fixedLimit: RateLimit = { max: 40, windowMs: 3_600_000 }
export const burstLimit: RateLimit = { max: 1, windowMs: 3_600_000, burst: 40 }
export const account: BudgetAccount = {
  tenant: 'local',
  holder: 'tenant',
  id: 'local',
  period: 'day'
}
export const micros = 3
export const limitMicros = 121
export const now: number = Date.UTC(2026, 0, 15, 12)
