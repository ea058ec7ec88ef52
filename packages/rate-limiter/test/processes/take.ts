// Takes tokens and money from a database that other processes use too: `take.ts <file> <times>`.
// Prints what it was granted, after each grant.
import { DatabaseSync } from 'node:sqlite'
import { sqliteBudgets, sqliteRateLimiter } from '../../src/sqlite/index.ts'
import { account, burstLimit, fixedLimit, limitMicros, micros, now } from './shared.ts'

const [file = '', times = '0'] = process.argv.slice(2)
const database = new DatabaseSync(file)
const limiter = sqliteRateLimiter({ database })
const budgets = sqliteBudgets({ database })

for (let time = 0; time < Number(times); time++) {
  const fixed = await limiter.take({ tenant: 'local', scope: 'fixed', agent: 'a' }, fixedLimit, now)
  if (fixed.ok) process.stdout.write('fixed\n')
  const burst = await limiter.take({ tenant: 'local', scope: 'burst', agent: 'a' }, burstLimit, now)
  if (burst.ok) process.stdout.write('burst\n')
  const reserved = await budgets.reserve([{ account, limitMicros }], micros, now)
  if (reserved.ok) process.stdout.write('money\n')
}
process.stdout.write('end\n')
database.close()
