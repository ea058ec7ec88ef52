import { chmodSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrate.ts'
import { messageOf, StateError } from './state-error.ts'
import { isReferenceDatabase } from './take-over/reference-database.ts'

export interface OpenDatabaseOptions {
  /**
   * Whether a database of AgentGuard 1.0 is opened as it is: only the tenants' policies are the same there.
   * @defaultValue it is refused
   */
  readonly allowsReference?: boolean
}

/**
 * Opens the database of a data directory and brings its tables up to date. What is committed survives a
 * loss of power. Rejects with a `StateError` for what is no database of ours.
 */
export async function openDatabase(
  path: string,
  { allowsReference = false }: OpenDatabaseOptions = {}
): Promise<DatabaseSync> {
  // Loaded late: whoever keeps nothing does not pay for it.
  const { DatabaseSync } = await import('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec(
      'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full'
    )
    for (const name of [path, `${path}-wal`, `${path}-shm`]) restrict(name)
    // Once our tables were in it, the server would not take it over any more.
    if (!isReferenceDatabase(database)) migrate(database)
    else if (!allowsReference) throw new StateError(referenceRefused(path))
    return database
  } catch (error) {
    database?.close()
    throw databaseError(path, error)
  }
}

/** What is to be said about a database that cannot be used. */
export function databaseError(path: string, error: unknown): StateError {
  if (error instanceof StateError) return error
  const advice = isDamage(error)
    ? 'Restore a backup or move it away; without it, approvals and budgets begin anew'
    : 'Keep it: it is not damaged'
  return new StateError(`the database ${path} cannot be opened: ${messageOf(error)}. ${advice}`)
}

/** Whether SQLite says that the file is no database, or none any more. Else the disk or its rights are wrong. */
function isDamage(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown }
  return typeof errcode !== 'number' || damageCodes.has(errcode & 0xff)
}

/** SQLITE_CORRUPT, SQLITE_FORMAT and SQLITE_NOTADB. */
const damageCodes: ReadonlySet<number> = new Set([11, 24, 26])

function referenceRefused(path: string): string {
  return `the database ${path} is one of AgentGuard 1.0. Start \`agentguard serve\` with this data directory once: it takes over what is there`
}

function restrict(path: string): void {
  try {
    chmodSync(path, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
