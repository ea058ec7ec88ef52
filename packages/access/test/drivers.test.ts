import { DatabaseSync } from 'node:sqlite'
import { sqliteAccess } from '../src/drivers/sqlite.ts'
import { memoryAccess } from '../src/index.ts'
import { accessContract } from './access.contract.ts'

accessContract('memory', memoryAccess)
accessContract('sqlite', (options) =>
  sqliteAccess({ database: new DatabaseSync(':memory:'), ...options })
)
