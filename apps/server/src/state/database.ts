import { chmodSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { migrate } from './migrate.ts'
import { messageOf, StateError } from './state-error.ts'

/**
 * Opens the database of a data directory and brings its tables up to date. What is committed survives a
 * loss of power. Rejects with a `StateError` for what is no database of ours.
 */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  // Loaded late: whoever keeps nothing does not pay for it.
  const { DatabaseSync } = await import('node:sqlite')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    database.exec(
      'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full'
    )
    for (const name of [path, `${path}-wal`, `${path}-shm`]) restrict(name)
    migrate(database)
    return database
  } catch (error) {
    database?.close()
    throw databaseError(path, error)
  }
}

/** What is to be said about a database that cannot be used. */
export function databaseError(path: string, error: unknown): StateError {
  if (error instanceof StateError) return error
  return new StateError(
    `the database ${path} cannot be opened: ${messageOf(error)}. If it is damaged, restore a backup or move it away; without it, approvals and budgets begin anew`
  )
}

function restrict(path: string): void {
  try {
    chmodSync(path, 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
