import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AuditLog } from '@agentguard/audit'
import type { Log } from '../log.ts'
import { auditPath } from '../state/open-audit.ts'
import type { State } from '../state/open-state.ts'
import { takeOverLeftFiles, takeOverStoredEntries } from '../state/take-over/take-over-entries.ts'
import type { AuditOptions } from './options.ts'

/** Where AgentGuard 1.0 had its log, wherever its data directory was. */
const logOfReference = 'audit.jsonl'

function isElsewhere(path: string): boolean {
  return resolve(logOfReference) !== resolve(path) && existsSync(logOfReference)
}

/** Writes into the log what AgentGuard 1.0 has left elsewhere, and says so. */
export async function takeOverLog(
  audit: AuditLog,
  { paths, database }: State,
  options: AuditOptions,
  log: Log
): Promise<void> {
  const path = auditPath({ ...options, paths })
  if (options.path === undefined && isElsewhere(path)) {
    log(
      `WARNING: ${resolve(logOfReference)} is not continued: AgentGuard 1.0 kept its log where it was started, and the log is now ${path}. To go on with the old one, give --audit-log ${logOfReference}`
    )
  }
  const overflow = options.overflowPath ?? `${path}.overflow.jsonl`
  for (const { file, entries, unreadable } of await takeOverLeftFiles(overflow, audit)) {
    log(`Took over ${entries} audit entries from ${file}, which is now ${file}.taken-over`)
    if (unreadable > 0) log(`WARNING: ${unreadable} lines of ${file}.taken-over are no entries`)
  }
  if (!database) return
  const stored = await takeOverStoredEntries(database, audit)
  if (stored > 0) log(`Took over ${stored} audit entries from the database of AgentGuard 1.0`)
}
