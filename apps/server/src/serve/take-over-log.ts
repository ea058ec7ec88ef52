import type { AuditLog } from '@agentguard/audit'
import type { Log } from '../log.ts'
import { auditPath } from '../state/open-audit.ts'
import type { State } from '../state/open-state.ts'
import { takeOverLeftFiles, takeOverStoredEntries } from '../state/take-over/take-over-entries.ts'
import type { AuditOptions } from './options.ts'

/** Writes into the log what AgentGuard 1.0 has left elsewhere, and says so. */
export async function takeOverLog(
  audit: AuditLog,
  { paths, database }: State,
  options: AuditOptions,
  log: Log
): Promise<void> {
  const overflow = options.overflowPath ?? `${auditPath({ ...options, paths })}.overflow.jsonl`
  for (const { file, entries, unreadable } of await takeOverLeftFiles(overflow, audit)) {
    log(`Took over ${entries} audit entries from ${file}, which is now ${file}.taken-over`)
    if (unreadable > 0) log(`WARNING: ${unreadable} lines of ${file}.taken-over are no entries`)
  }
  if (!database) return
  const stored = await takeOverStoredEntries(database, audit)
  if (stored > 0) log(`Took over ${stored} audit entries from the database of AgentGuard 1.0`)
}
