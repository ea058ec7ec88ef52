import type { DatabaseSync } from 'node:sqlite'
import type { Log } from '../log.ts'
import type { StateOptions } from '../serve/options.ts'
import { type DataPaths, takeDataDirectory } from './data-directory.ts'
import { databaseError, openDatabase } from './database.ts'
import { takeOverDatabase } from './take-over/take-over-database.ts'

/** What lies in the data directory, but for the audit log. */
export interface State {
  readonly paths: DataPaths
  /** Undefined where nothing is to outlive the process. */
  readonly database: DatabaseSync | undefined
  close(): Promise<void>
}

/** Takes the data directory, takes over what AgentGuard 1.0 has left in it, and opens the database. */
export async function openState(options: StateOptions, log: Log): Promise<State> {
  const directory = await takeDataDirectory(options.dataDirectory)
  const { paths } = directory
  try {
    const database = options.isPersistent ? await open(paths.database, options, log) : undefined
    return {
      paths,
      database,
      async close() {
        database?.close()
        await directory.release()
      }
    }
  } catch (error) {
    await directory.release()
    throw error
  }
}

async function open(
  path: string,
  { approvalValidityMs }: StateOptions,
  log: Log
): Promise<DatabaseSync> {
  const taken = await takeOverDatabase(path, { now: Date.now(), approvalValidityMs }).catch(
    (error) => {
      throw databaseError(path, error)
    }
  )
  if (taken) {
    const { approvals, sessions, tenants, entries, unreadable, backup } = taken
    log(
      `Took over the database of AgentGuard 1.0: ${approvals} approvals, ${sessions} sessions' costs, ${tenants} tenants' policies, ${entries} audit entries; rate limits begin anew. As it was: ${backup}`
    )
    if (unreadable > 0) {
      log(`WARNING: ${unreadable} rows could not be read and are in ${backup} only`)
    }
  }
  return await openDatabase(path)
}
