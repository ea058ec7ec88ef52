import type { DatabaseSync } from 'node:sqlite'
import type { SignedCheckpoint } from '@agentguard/audit'

/** How far each audit log had come when it was signed last. */
export const logEndsTable = `create table log_ends (
  log text primary key,
  size integer not null,
  hash text not null,
  note text not null,
  is_closed integer not null -- whether the log was closed then, and nothing was written behind
) strict, without rowid`

/** The newest checkpoint of a log, as the database knows it. */
export interface KnownEnd extends Pick<SignedCheckpoint, 'size' | 'hash' | 'note'> {
  /** Whether the log was closed then: it has no line behind it. */
  readonly isClosed: boolean
}

/** What the database remembers of an audit log, so that a start notices that lines of it are gone. */
export interface LogEnd {
  /** Undefined for a log that was never signed while this database was there. */
  read(): KnownEnd | undefined
  /** Whether the database knows this log, or any other. One that does not is new. */
  isAnyKnown(): boolean
  write(end: KnownEnd): void
}

/** Opens what is remembered of a log; `log` tells it from others. */
export function openLogEnd(database: DatabaseSync, log: string): LogEnd {
  const select = database.prepare('select size, hash, note, is_closed from log_ends where log = ?')
  const any = database.prepare('select exists (select 1 from log_ends) as found')
  const upsert = database.prepare(
    'insert or replace into log_ends (log, size, hash, note, is_closed) values (?, ?, ?, ?, ?)'
  )
  return {
    read() {
      const row = select.get(log)
      return (
        row && {
          size: Number(row['size']),
          hash: String(row['hash']),
          note: String(row['note']),
          isClosed: row['is_closed'] === 1
        }
      )
    },
    isAnyKnown: () => Boolean(any.get()?.['found']),
    write: ({ size, hash, note, isClosed }) =>
      void upsert.run(log, size, hash, note, Number(isClosed))
  }
}
