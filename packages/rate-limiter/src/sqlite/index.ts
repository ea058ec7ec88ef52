export { type SqliteBudgetsOptions, sqliteBudgets } from './sqlite-budgets.ts'
export { type SqliteRateLimiterOptions, sqliteRateLimiter } from './sqlite-rate-limiter.ts'
