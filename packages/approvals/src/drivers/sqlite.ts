import type { DatabaseSync } from 'node:sqlite'
import type { Approvals } from '../approvals.ts'
import type { ApprovalsError } from '../approvals-error.ts'
import { type ApprovalsOptions, createApprovals } from '../create-approvals.ts'
import { orFail } from '../or-fail.ts'
import { SqliteBook } from './sqlite-book.ts'
import { migrate } from './sqlite-schema.ts'

export { type AdoptOptions, adoptApprovals } from './adopt-approvals.ts'

export interface SqliteApprovalsOptions extends ApprovalsOptions {
  /** The database, open. Nobody may leave a transaction open on it while others run. */
  readonly database: DatabaseSync
  /**
   * How long to wait for another process that writes. The process does nothing else meanwhile.
   *
   * @defaultValue 2 s
   */
  readonly busyTimeoutMs?: number
  /** Told of a record that cannot be read and was therefore left out or ended. */
  readonly onCorrupt?: (error: ApprovalsError) => void
}

/**
 * Approvals in a SQLite file, for all processes of this machine that have it open.
 *
 * Every change is a transaction that holds SQLite's one write lock from its first read on, so that two
 * processes never decide on the same state. With a write-ahead log and `synchronous = full`, which this
 * sets on the connection, what was answered survives a loss of power. Others' writes wake those who wait:
 * `pragma data_version`, which changes when another connection has committed and costs no read of the
 * file, is asked every `tickMs` while anybody waits.
 */
export function sqliteApprovals({
  database,
  busyTimeoutMs = 2_000,
  onCorrupt,
  ...options
}: SqliteApprovalsOptions): Approvals {
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw new RangeError('`busyTimeoutMs` must be a whole number, 0 or above')
  }
  orFail(() => {
    database.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
    useWriteAheadLog(database, busyTimeoutMs)
    database.exec('pragma synchronous = full')
    migrate(database)
  })
  return createApprovals(new SqliteBook(database, onCorrupt), options)
}

/** SQLite answers "busy" at once, whatever the timeout, when two processes change the mode together. */
function useWriteAheadLog(database: DatabaseSync, timeoutMs: number): void {
  const started = performance.now()
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (performance.now() - started >= timeoutMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
