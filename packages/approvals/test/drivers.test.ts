import { DatabaseSync } from 'node:sqlite'
import { sqliteApprovals } from '../src/drivers/sqlite.ts'
import { memoryApprovals } from '../src/index.ts'
import { approvalsContract } from './approvals.contract.ts'

approvalsContract('memory', memoryApprovals)
approvalsContract('sqlite', (options) =>
  sqliteApprovals({ database: new DatabaseSync(':memory:'), ...options })
)
