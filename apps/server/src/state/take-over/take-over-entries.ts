import { createReadStream } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DatabaseSync } from 'node:sqlite'
import { AuditError, type AuditLog } from '@agentguard/audit'
import { type AuditEntry, auditEntrySchema } from '@agentguard/protocol'
import { columnsOf, entriesTable, readEntries } from './reference-database.ts'
import { validated } from './validated.ts'

/** How many entries are written at once. */
const batchSize = 256

type Log = Pick<AuditLog, 'append' | 'appendEvent' | 'query'>

/**
 * Writes the entries that AgentGuard 1.0 kept in its database (`--audit-backend store`) into the log, with
 * their times, and drops their table. Whoever is interrupted goes on where it was. Returns how many.
 */
export async function takeOverStoredEntries(database: DatabaseSync, log: Log): Promise<number> {
  if (columnsOf(database, entriesTable).length === 0) return 0
  let after = Number((await lastTaken(log)) ?? 0)
  let count = 0
  for (;;) {
    const batch = readEntries(database, after, batchSize)
    if (batch.length === 0) break
    // The log keeps the order in which it is asked, so that an interruption leaves no gap.
    await Promise.all(
      batch.map(({ id, entry }) =>
        append(log, { ...entry, request_id: `${requestPrefix}${id}`, source: takenFrom })
      )
    )
    after = batch.at(-1)?.id ?? after
    count += batch.length
  }
  await log.appendEvent('entries-taken-over', { from: entriesTable, entries: count })
  database.exec(`drop table ${entriesTable}`)
  return count
}

const requestPrefix = 'v1-store-'
/** Clients choose the name of a request, and never where it comes from. */
const takenFrom = 'v1-store'

/** The number of the last entry that was written before an interruption. */
async function lastTaken(log: Log): Promise<string | undefined> {
  const { lines } = await log.query({ order: 'desc', limit: 1 })
  const [line] = lines
  if (!line || '_meta' in line || line.source !== takenFrom) return undefined
  if (!line.request_id?.startsWith(requestPrefix)) return undefined
  return line.request_id.slice(requestPrefix.length)
}

/** What was found in a file that AgentGuard 1.0 has left. */
export interface LeftFile {
  readonly file: string
  readonly entries: number
  /** Lines that are no entries. They stay in the file, which is renamed. */
  readonly unreadable: number
}

/**
 * Writes what AgentGuard 1.0 could not write any more (`<log>.overflow.jsonl` and `….draining.*`) into the
 * log. The files are renamed to `….taken-over`, so that nothing is written twice.
 */
export async function takeOverLeftFiles(overflowPath: string, log: Log): Promise<LeftFile[]> {
  const found: LeftFile[] = []
  for (const file of await leftFiles(overflowPath)) {
    let [entries, unreadable] = [0, 0]
    let batch: Promise<unknown>[] = []
    for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
      if (line.trim() === '' || line.startsWith('{"_meta"')) continue
      const entry = parseEntry(line)
      if (!entry) {
        unreadable++
        continue
      }
      entries++
      batch.push(append(log, entry))
      if (batch.length >= batchSize) {
        await Promise.all(batch)
        batch = []
      }
    }
    await Promise.all(batch)
    await log.appendEvent('entries-taken-over', { from: basename(file), entries, unreadable })
    await rename(file, `${file}.taken-over`)
    found.push({ file, entries, unreadable })
  }
  return found
}

async function leftFiles(overflowPath: string): Promise<string[]> {
  const [directory, name] = [dirname(overflowPath), basename(overflowPath)]
  const names = await readdir(directory).catch(() => [])
  return names
    .filter((one) => one === name || one.startsWith(`${name}.draining.`))
    .filter((one) => !one.endsWith('.taken-over'))
    .sort()
    .map((one) => join(directory, one))
}

function parseEntry(line: string): AuditEntry | undefined {
  try {
    return validated(auditEntrySchema, JSON.parse(line))
  } catch {
    return undefined
  }
}

async function append(log: Log, entry: AuditEntry): Promise<void> {
  try {
    await log.append(entry, { source: 'take-over' })
  } catch (error) {
    // What is too large even when it is cut is said to be missing; everything else must be tried again.
    if (!(error instanceof AuditError && error.code === 'invalid_entry')) throw error
    await log.appendEvent('entry-not-taken-over', { timestamp: entry.timestamp })
  }
}
