import { existsSync } from 'node:fs'
import { chmod, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { microDollars } from '@agentguard/policy'
import { migrate } from '../migrate.ts'
import { StateError } from '../state-error.ts'
import {
  columnsOf,
  entriesTable,
  isReferenceDatabase,
  movedTables,
  readApprovals,
  readSessionCosts
} from './reference-database.ts'

/** What was taken over from a database of AgentGuard 1.0. */
export interface TakenOver {
  readonly backup: string
  readonly approvals: number
  readonly sessions: number
  readonly tenants: number
  /** Entries of its audit log that wait to be written into ours. */
  readonly entries: number
  /** Rows that could not be read. They are in the backup. */
  readonly unreadable: number
}

export interface TakeOverOptions {
  readonly now: number
  readonly approvalValidityMs: number
}

const expiresMs = 3_600_000

/**
 * Takes a database of AgentGuard 1.0 over. Undefined, and nothing is touched, if it is none.
 *
 * All is done in a copy, which is renamed into place at the end: until then the database is as it was,
 * whatever happens. A copy of what it was is kept beside it.
 */
export async function takeOverDatabase(
  path: string,
  options: TakeOverOptions
): Promise<TakenOver | undefined> {
  if (!existsSync(path)) return undefined
  const { DatabaseSync } = await import('node:sqlite')
  const copyPath = `${path}.taking-over`
  const backup = freeName(`${path}.v1-backup`)
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma busy_timeout = 5000')
    if (!isReferenceDatabase(database)) return undefined
    assertSound(database, path)
    for (const file of [copyPath, `${copyPath}-wal`, `${copyPath}-journal`, `${backup}.part`]) {
      await rm(file, { force: true })
    }
    for (const target of [`${backup}.part`, copyPath]) {
      database.prepare('vacuum into ?').run(target)
      await chmod(target, 0o600)
    }
  } finally {
    // The last one who closes it writes its log back, so that the file is all there is.
    database.close()
  }
  await makeDurable(`${backup}.part`)
  await rename(`${backup}.part`, backup)
  const copy = new DatabaseSync(copyPath)
  let taken: Omit<TakenOver, 'backup'>
  try {
    taken = await convert(copy, options)
  } finally {
    copy.close()
  }
  await makeDurable(copyPath)
  for (const file of [`${path}-wal`, `${path}-shm`]) await rm(file, { force: true })
  await rename(copyPath, path)
  await makeDurable(dirname(path))
  return { backup, ...taken }
}

async function convert(
  database: DatabaseSync,
  { now, approvalValidityMs }: TakeOverOptions
): Promise<Omit<TakenOver, 'backup'>> {
  const [{ adoptApprovals }, { sqliteBudgets }] = await Promise.all([
    import('@agentguard/approvals/sqlite'),
    import('@agentguard/rate-limiter/sqlite')
  ])
  const approvals = readApprovals(database)
  const costs = readSessionCosts(database)
  for (const table of movedTables) database.exec(`drop table if exists ${table}`)
  migrate(database)
  adoptApprovals(database, approvals.rows, { now, expiresMs, validityMs: approvalValidityMs })
  const budgets = sqliteBudgets({ database })
  for (const { tenant, session, dollars, updatedAt } of costs.rows) {
    const micros = microDollars(dollars, 'up') ?? Number.MAX_SAFE_INTEGER
    const account = { tenant, holder: 'session', id: session, period: 'ever' } as const
    await budgets.record([account], micros, Math.min(updatedAt ?? now, now))
  }
  const hasEntries = columnsOf(database, entriesTable).length > 0
  return {
    approvals: approvals.rows.length,
    sessions: costs.rows.length,
    tenants: countRows(database, 'policies'),
    entries: hasEntries ? countRows(database, entriesTable) : 0,
    unreadable: approvals.unreadable + costs.unreadable
  }
}

function assertSound(database: DatabaseSync, path: string): void {
  const found = database.prepare('pragma quick_check(1)').get()?.['quick_check']
  if (found === 'ok') return
  throw new StateError(
    `the database ${path} of AgentGuard 1.0 is damaged (${found}) and is not taken over. Restore a backup, or move it away to begin without approvals and budgets`
  )
}

function countRows(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n'])
}

/** The name, or the name with the first number that is free. */
function freeName(path: string): string {
  if (!existsSync(path)) return path
  let number = 2
  while (existsSync(`${path}-${number}`)) number++
  return `${path}-${number}`
}

async function makeDurable(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
