import type { DatabaseSync } from 'node:sqlite'
import { keySize, mayGrow } from '../room.ts'

/** The name of the row that new names share. No name is written like that. */
export const sharedName = ''
/** How many rows a request may have to clear away. */
const rowsPerRequest = 64

const rowsOf = {
  rate: { table: 'rate_buckets', endsAt: 'elapses_at' },
  budget: { table: 'budget_accounts', endsAt: 'ends_at' }
}

/** The room that all rows of one kind share. To be used inside a transaction. */
export interface SqliteRoom {
  /** Whether a name's row fits in the group of its owner, for which some rows that ended may go. */
  makeRoom(owner: string, name: string, now: number): boolean
  /** Whether there is nothing left, not even for what new names share. */
  isFull(): boolean
  /** The time at which a new row begins: not before the one at which a row was forgotten. */
  startAt(now: number): number
  /** Forgets all rows that have ended, and returns how many they were. */
  forgetEnded(now: number): number
}

export function sqliteRoom(
  database: DatabaseSync,
  kind: keyof typeof rowsOf,
  maxSize: number
): SqliteRoom {
  const { table, endsAt } = rowsOf[kind]
  const readTotal = database.prepare(
    `select size, forgotten_at from limiter_rooms where kind = '${kind}'`
  )
  const readGroup = database.prepare(`select size from ${kind}_groups where owner = ?`)
  const note = database.prepare(
    `update limiter_rooms set forgotten_at = max(forgotten_at, ?) where kind = '${kind}'`
  )
  const forget = database.prepare(
    `delete from ${table} where (owner, name) in
      (select owner, name from ${table} where ${endsAt} <= ? order by ${endsAt} limit ?)`
  )
  const total = (): number => Number(readTotal.get()?.['size'])

  function hasRoom(owner: string, size: number): boolean {
    return mayGrow(Number(readGroup.get(owner)?.['size'] ?? 0) + size, total(), maxSize)
  }

  /** A negative limit is none. */
  function forgetEnded(now: number, limit: number): number {
    const forgotten = Number(forget.run(now, limit).changes)
    if (forgotten > 0) note.run(now)
    return forgotten
  }

  return {
    makeRoom(owner, name, now) {
      const size = keySize(name)
      if (hasRoom(owner, size)) return true
      return forgetEnded(now, rowsPerRequest) > 0 && hasRoom(owner, size)
    },
    isFull: () => total() >= maxSize,
    startAt: (now) => Math.max(now, Number(readTotal.get()?.['forgotten_at'])),
    forgetEnded: (now) => forgetEnded(now, -1)
  }
}
