/**
 * A process that answers checks until it is killed: the log in a file, approvals and money in SQLite. It says
 * each ALLOW as soon as it has it.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteApprovals } from '@agentguard/approvals/sqlite'
import { openAuditLog } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import { memoryRateLimiter } from '@agentguard/rate-limiter'
import { sqliteBudgets } from '@agentguard/rate-limiter/sqlite'
import { createGuard, createHistory } from '../src/index.ts'
import { killAction, killPolicy } from './kill-policy.ts'
import { signer } from './world.ts'

const directory = process.argv[2] as string
const database = new DatabaseSync(join(directory, 'guard.db'))
const audit = await openAuditLog({
  store: fileAuditStore({ path: join(directory, 'audit.jsonl'), rotation: { maxBytes: 65_536 } }),
  signer,
  redact: false,
  durability: 'fsync'
})
const guard = createGuard({
  policies: { find: () => killPolicy },
  approvals: sqliteApprovals({ database }),
  audit,
  limiter: memoryRateLimiter(),
  budgets: sqliteBudgets({ database }),
  history: createHistory({ knownSince: 0 })
})

let asked = 0

/** Asks, is approved, and uses the approval twice at once; one of the two is allowed. */
async function live(): Promise<void> {
  for (;;) {
    const action = killAction(process.pid, `${asked++}`)
    const { approval_id = '' } = await guard.check(action)
    await guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
    await Promise.all([1, 2].map(() => use({ ...action, approval_id })))
  }
}

async function use(action: Parameters<typeof guard.check>[0]): Promise<void> {
  const requestId = `${process.pid}-${Math.random()}`
  const { decision } = await guard.check(action, { requestId })
  if (decision === 'ALLOW')
    writeSync(1, `${requestId} ${action.approval_id} ${process.pid} ${action.command}\n`)
}

writeSync(1, 'ready\n')
await Promise.all([1, 2, 3, 4].map(live))
