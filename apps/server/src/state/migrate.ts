import type { DatabaseSync } from 'node:sqlite'
import { tenantsTable } from '../tenants/tenant-store.ts'
import { logEndsTable } from './log-end.ts'
import { StateError } from './state-error.ts'
import { probeTable } from './write-probe.ts'

/**
 * What each version of the server's own tables adds to the one before. Those that were released never
 * change. Packages number theirs by themselves.
 */
const migrations: readonly string[] = [tenantsTable, probeTable, logEndsTable]

/** The version that this program writes. */
export const schemaVersion: number = migrations.length

/** Brings the server's own tables to the newest version, in one transaction. */
export function migrate(database: DatabaseSync): void {
  database.exec('begin immediate')
  try {
    const row = database.prepare('pragma user_version').get()
    const version = Number(row?.['user_version'] ?? 0)
    if (version > schemaVersion) {
      throw new StateError(
        `the database has schema ${version}, and this version of AgentGuard knows up to ${schemaVersion}: it was written by a later version`
      )
    }
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.exec(`pragma user_version = ${schemaVersion}`)
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
