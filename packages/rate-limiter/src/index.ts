export type { BudgetAccount, BudgetHolder, BudgetPeriod } from './budget-account.ts'
export { type BudgetTexts, budgetDenial } from './budget-denial.ts'
export type { Budgets, Charge, Exceeded, Reserved } from './budgets.ts'
export { LimiterError, type LimiterErrorCode } from './limiter-error.ts'
export {
  type MemoryBudgets,
  type MemoryBudgetsOptions,
  memoryBudgets
} from './memory/memory-budgets.ts'
export {
  type MemoryRateLimiter,
  type MemoryRateLimiterOptions,
  memoryRateLimiter
} from './memory/memory-rate-limiter.ts'
export type { RateLimit } from './rate-limit.ts'
export { rateLimitDenial } from './rate-limit-denial.ts'
export type { RateKey, RateLimiter, RateTake } from './rate-limiter.ts'
