import type { DatabaseSync } from 'node:sqlite'
import { mayGrow } from '../room.ts'

/** The room that all rows of one kind share. To be used inside a transaction. */
export interface SqliteRoom {
  /** Whether this much more fits, in the group of an owner. */
  hasRoom(owner: string, size: number): boolean
  /** Whether there is nothing left, not even for what new names share. */
  isFull(): boolean
  /** The time at which a new row begins: not before the one at which a row was forgotten. */
  startAt(now: number): number
  /** Notes that rows were forgotten because it was `now`. */
  noteForgotten(now: number): void
}

export function sqliteRoom(
  database: DatabaseSync,
  kind: 'rate' | 'budget',
  maxSize: number
): SqliteRoom {
  const readTotal = database.prepare(
    `select size, forgotten_at from limiter_rooms where kind = '${kind}'`
  )
  const readGroup = database.prepare(`select size from ${kind}_groups where owner = ?`)
  const note = database.prepare(
    `update limiter_rooms set forgotten_at = max(forgotten_at, ?) where kind = '${kind}'`
  )
  const total = (): number => Number(readTotal.get()?.['size'])

  return {
    hasRoom: (owner, size) =>
      mayGrow(Number(readGroup.get(owner)?.['size'] ?? 0) + size, total(), maxSize),
    isFull: () => total() >= maxSize,
    startAt: (now) => Math.max(now, Number(readTotal.get()?.['forgotten_at'])),
    noteForgotten: (now) => void note.run(now)
  }
}
