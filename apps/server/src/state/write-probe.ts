import type { DatabaseSync } from 'node:sqlite'

/** Where it is tried whether something can be written. */
export const probeTable = `create table write_probe (
  id integer primary key check (id = 1),
  at integer not null
)`

/** Creates what writes something small, and throws if that is not possible. */
export function writeProbe(database: DatabaseSync, now: () => number = Date.now): () => void {
  const write = database.prepare('insert or replace into write_probe (id, at) values (1, ?)')
  return () => void write.run(now())
}
