import type { DatabaseSync } from 'node:sqlite'

/**
 * Runs something that reads before it writes, alone among all processes that have the database open.
 * What it wrote is stored when this returns; when it throws, nothing is.
 */
export function inTransaction<Result>(database: DatabaseSync, run: () => Result): Result {
  database.exec('begin immediate')
  try {
    const result = run()
    database.exec('commit')
    return result
  } catch (error) {
    // Some failures, a full disk for one, have rolled back already.
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
