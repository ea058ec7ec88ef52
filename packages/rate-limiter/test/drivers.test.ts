import { DatabaseSync } from 'node:sqlite'
import { memoryBudgets, memoryRateLimiter } from '../src/index.ts'
import { sqliteBudgets, sqliteRateLimiter } from '../src/sqlite/index.ts'
import { budgetsContract } from './budgets.contract.ts'
import { rateLimiterContract } from './rate-limiter.contract.ts'

rateLimiterContract('memory', memoryRateLimiter)
rateLimiterContract('sqlite', (options) =>
  sqliteRateLimiter({ database: new DatabaseSync(':memory:'), ...options })
)

budgetsContract('memory', memoryBudgets)
budgetsContract('sqlite', (options) =>
  sqliteBudgets({ database: new DatabaseSync(':memory:'), ...options })
)
