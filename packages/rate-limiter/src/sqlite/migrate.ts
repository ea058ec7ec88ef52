import type { DatabaseSync } from 'node:sqlite'
import { LimiterError } from '../limiter-error.ts'
import { inTransaction } from './in-transaction.ts'
import { migrations } from './migrations.ts'

const busyTimeoutMs = 5_000

/**
 * Brings the tables of this package up to date. Several processes may do so at once.
 *
 * Refuses a database that a later version has written: what that counts, this one might not.
 */
export function migrate(database: DatabaseSync): void {
  waitForOthers(database)
  inTransaction(database, () => {
    database.exec(
      'create table if not exists rate_limiter_migrations (number integer primary key) strict'
    )
    const row = database.prepare('select max(number) as number from rate_limiter_migrations').get()
    const done = Number(row?.['number'] ?? 0)
    if (done > migrations.length) {
      const message = `the limits were stored by a later version (schema ${done}, known ${migrations.length})`
      throw new LimiterError('newer_schema', message)
    }
    const add = database.prepare('insert into rate_limiter_migrations (number) values (?)')
    for (const [index, sql] of migrations.entries()) {
      if (index < done) continue
      database.exec(sql)
      add.run(index + 1)
    }
  })
}

/** Without a timeout, a request fails as soon as it meets that of another process. */
function waitForOthers(database: DatabaseSync): void {
  const row = database.prepare('pragma busy_timeout').get()
  if (row?.['timeout'] === 0) database.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
}
