import type { DatabaseSync } from 'node:sqlite'
import type { BudgetAccount } from '../budget-account.ts'
import { checkAmounts, checkTime, firstExceeded } from '../budget-sums.ts'
import type { Budgets, Charge } from '../budgets.ts'
import { checkBound } from '../room.ts'
import { inTransaction } from './in-transaction.ts'
import { migrate } from './migrate.ts'
import { sqliteAccounts } from './sqlite-accounts.ts'
import { sqliteReservations } from './sqlite-reservations.ts'

export interface SqliteBudgetsOptions {
  /** Opened by the caller, who also closes it. Its tables are brought up to date here. */
  readonly database: DatabaseSync
  /**
   * How many accounts are remembered, all tenants together. A name of more than 64 characters counts
   * for several.
   *
   * @defaultValue 1000000
   */
  readonly maxAccounts?: number
  /**
   * How many reservations can be released. Of more, the oldest are final.
   *
   * @defaultValue 10000
   */
  readonly maxOpen?: number
}

/**
 * Budgets in a SQLite file, strict across all processes of the machine that have it open.
 *
 * `now` is the time of day. What is answered has been committed.
 */
export function sqliteBudgets({
  database,
  maxAccounts = 1_000_000,
  maxOpen = 10_000
}: SqliteBudgetsOptions): Budgets {
  checkBound('maxAccounts', maxAccounts)
  checkBound('maxOpen', maxOpen)
  migrate(database)
  const accounts = sqliteAccounts(database, maxAccounts)
  const reservations = sqliteReservations(database, maxOpen)

  function firstRefusal(charges: readonly Charge[], micros: number, now: number) {
    return firstExceeded(charges, micros, (account) => accounts.spent(account, now))
  }

  return {
    reserve(charges, micros, now) {
      checkAmounts(micros, now, charges)
      return inTransaction(database, () => {
        const exceeded = firstRefusal(charges, micros, now)
        if (exceeded) return { ok: false, exceeded }
        if (micros === 0) return { ok: true, reservation: reservations.ofNothing }
        const number = reservations.nextNumber()
        const rows = charges.map(({ account }) => accounts.rowFor(account, now, number))
        return {
          ok: true,
          reservation: reservations.open(number, accounts.add(rows, micros, now), micros)
        }
      })
    },
    exceeded(charges, micros, now) {
      checkAmounts(micros, now, charges)
      return inTransaction(database, () => firstRefusal(charges, micros, now))
    },
    commit: (reservation) =>
      inTransaction(database, () => reservations.close(reservation) !== undefined),
    release: (reservation) =>
      inTransaction(database, () => {
        const open = reservations.close(reservation)
        if (open) accounts.giveBack(open)
        return open !== undefined
      }),
    record(named: readonly BudgetAccount[], micros, now) {
      checkAmounts(micros, now)
      if (micros === 0) return
      inTransaction(database, () => {
        const number = reservations.nextNumber()
        accounts.add(
          named.map((account) => accounts.rowFor(account, now, number)),
          micros,
          now
        )
      })
    },
    refund(named, micros, now) {
      checkAmounts(micros, now)
      inTransaction(database, () => accounts.refund(named, micros, now))
    },
    spent(account, now) {
      checkTime(now)
      return inTransaction(database, () => accounts.spent(account, now))
    },
    sweep(maxIdleMs, now) {
      checkTime(now)
      return inTransaction(database, () => accounts.sweep(maxIdleMs, now))
    }
  }
}
