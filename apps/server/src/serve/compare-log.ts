import { relative } from 'node:path'
import type { AuditLog } from '@agentguard/audit'
import type { DataPaths } from '../state/data-directory.ts'
import type { KnownEnd, LogEnd } from '../state/log-end.ts'
import { auditPath } from '../state/open-audit.ts'
import type { Observers } from './observers.ts'
import type { AuditOptions } from './options.ts'

/** What the database calls a log. It stays the same when the data directory is moved. */
export function logName(options: AuditOptions, paths: DataPaths): string {
  if (options.backend === 'store') return 'store'
  return `file:${relative(paths.directory, auditPath({ ...options, paths }))}`
}

/** A log that has just been opened, and what the database knew of it before. */
export interface OpenedLog {
  readonly audit: Pick<AuditLog, 'appendEvent' | 'continues' | 'health'>
  readonly end: LogEnd
  readonly known: KnownEnd | undefined
}

/**
 * Says in the log itself, in the log of the server and in its health when lines that were signed are gone, or when
 * the database that knew of them is. The server goes on: somebody may have wanted that.
 */
export async function compareLog(
  { audit, end, known }: OpenedLog,
  { log, health, onFault }: Pick<Observers, 'log' | 'health' | 'onFault'>
): Promise<void> {
  const { size } = audit.health()
  try {
    if (known && !(await audit.continues(known))) {
      log(
        `WARNING: lines of the audit log are gone: ${known.size} were signed, and it does not go on from the last of them. If nobody removed it on purpose, keep everything as it is and restore a backup`
      )
      health.linesLost()
      const { size: known_size, hash: known_hash, note } = known
      await audit.appendEvent('log-lost', { known_size, known_hash, note, size })
    } else if (size > 1 && !end.isAnyKnown()) {
      log(
        `WARNING: there is an audit log of ${size} lines, and a database that does not know it: approvals, budgets and credentials begin anew. If nobody removed the database on purpose, restore a backup`
      )
      await audit.appendEvent('database-begun', { size })
    }
  } catch (error) {
    onFault(error)
  }
}
