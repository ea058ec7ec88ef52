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

/** Something that is wrong with a log: what the server says, and the event in the log itself. */
interface Difference {
  readonly message: string
  readonly event: string
  readonly detail: Readonly<Record<string, unknown>>
}

/**
 * Says in the log itself, in the log of the server and in its health when lines that were signed are gone, when
 * others were added while no server ran, or when the database that knew of them is gone. The server goes on:
 * somebody may have wanted that.
 */
export async function compareLog(
  opened: OpenedLog,
  { log, health, onFault }: Pick<Observers, 'log' | 'health' | 'onFault'>
): Promise<void> {
  try {
    const found = await findDifference(opened)
    if (!found) return
    log(`WARNING: ${found.message}`)
    if (opened.known) health.logChanged()
    await opened.audit.appendEvent(found.event, found.detail)
  } catch (error) {
    onFault(error)
  }
}

async function findDifference({ audit, end, known }: OpenedLog): Promise<Difference | undefined> {
  const { size } = audit.health()
  if (!known) return size > 1 && !end.isAnyKnown() ? databaseBegun(size) : undefined
  const detail = { known_size: known.size, known_hash: known.hash, note: known.note, size }
  if (!(await audit.continues(known))) {
    const message = `lines of the audit log are gone: ${known.size} were signed, and it does not go on from the last of them. If nobody removed it on purpose, keep everything as it is and restore a backup`
    return { message, event: 'log-lost', detail }
  }
  if (!known.isClosed || size === known.size) return undefined
  const message = `lines were added to the audit log while no server ran: it was closed with ${known.size} and has ${size}. Compare those behind with what you know`
  return { message, event: 'log-extended', detail }
}

function databaseBegun(size: number): Difference {
  const message = `there is an audit log of ${size} lines, and a database that does not know it: approvals, budgets and credentials begin anew. If nobody removed the database on purpose, restore a backup`
  return { message, event: 'database-begun', detail: { size } }
}

/** Remembers that a log was closed, if its last checkpoint covers all of it. */
export function rememberClosed(audit: Pick<AuditLog, 'health'>, end: LogEnd): void {
  const { size, checkpoint } = audit.health()
  if (checkpoint?.size === size) end.write({ ...checkpoint, isClosed: true })
}
