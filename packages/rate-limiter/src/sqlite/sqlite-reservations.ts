import type { DatabaseSync } from 'node:sqlite'
import type { AccountRow, RowKey } from './sqlite-accounts.ts'

/** A reservation as it was made. */
export interface OpenReservation {
  readonly number: number
  readonly micros: number
  readonly accounts: readonly RowKey[]
}

/** Reservations that can still be given back. To be used inside a transaction. */
export interface SqliteReservations {
  /** What a reservation of no money is called. It is never open. */
  readonly ofNothing: string
  /** A number above all before it. */
  nextNumber(): number
  open(number: number, accounts: readonly AccountRow[], micros: number): string
  /** Ends a reservation and returns what it was; `undefined` if it is not open. */
  close(reservation: string): OpenReservation | undefined
}

export function sqliteReservations(database: DatabaseSync, maxOpen: number): SqliteReservations {
  const count = database.prepare(
    `update limiter_rooms set last_number = last_number + 1 where kind = 'budget'
      returning last_number`
  )
  const add = database.prepare(
    'insert into budget_reservations (number, micros, accounts) values (?, ?, ?)'
  )
  const trim = database.prepare('delete from budget_reservations where number <= ?')
  const remove = database.prepare(
    'delete from budget_reservations where number = ? returning number, micros, accounts'
  )

  return {
    ofNothing: '0',
    nextNumber: () => Number(count.get()?.['last_number']),
    open(number, accounts, micros) {
      add.run(number, micros, JSON.stringify(accounts.map(({ key }) => key)))
      trim.run(number - maxOpen)
      return String(number)
    },
    close(reservation) {
      if (!/^[1-9]\d{0,15}$/.test(reservation)) return undefined
      const row = remove.get(Number(reservation))
      return (
        row && {
          number: Number(row['number']),
          micros: Number(row['micros']),
          accounts: JSON.parse(String(row['accounts']))
        }
      )
    }
  }
}
