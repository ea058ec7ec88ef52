import type { DatabaseSync } from 'node:sqlite'
import type { BudgetAccount } from '../budget-account.ts'
import { never, periodEnd } from '../budget-period.ts'
import { addMicros, subtractMicros } from '../budget-sums.ts'
import { LimiterError } from '../limiter-error.ts'
import { keySize } from '../room.ts'
import type { OpenReservation } from './sqlite-reservations.ts'
import { sharedName, sqliteRoom } from './sqlite-room.ts'

export type RowKey = readonly [owner: string, name: string]

/** What is counted against an account in the present period. */
export interface AccountRow {
  readonly key: RowKey
  readonly spent: number
  /** The number of the first reservation that it counts. Those before it were made in another period. */
  readonly since: number
  readonly endsAt: number
  readonly touchedAt: number
}

/** The accounts of a database. To be used inside a transaction. */
export interface SqliteAccounts {
  spent(account: BudgetAccount, now: number): number
  /** The row that counts an account from now on; `number` is that of the present reservation. */
  rowFor(account: BudgetAccount, now: number, number: number): AccountRow
  /** Adds an amount to rows, to each once, and returns these. */
  add(rows: readonly AccountRow[], micros: number, now: number): AccountRow[]
  refund(accounts: readonly BudgetAccount[], micros: number, now: number): void
  giveBack(reservation: OpenReservation): void
  sweep(maxIdleMs: number, now: number): number
}

export function sqliteAccounts(database: DatabaseSync, maxAccounts: number): SqliteAccounts {
  const room = sqliteRoom(database, 'budget', maxAccounts)
  const read = database.prepare(
    'select spent, since, ends_at, touched_at from budget_accounts where owner = ? and name = ?'
  )
  const write = database.prepare(
    `insert into budget_accounts (owner, name, size, spent, since, ends_at, touched_at)
      values (?, ?, ?, ?, ?, ?, ?)
      on conflict (owner, name) do update set
        spent = excluded.spent, since = excluded.since, ends_at = excluded.ends_at,
        touched_at = excluded.touched_at`
  )
  const subtract = database.prepare(
    `update budget_accounts set spent = max(spent - ?, 0)
      where owner = ? and name = ? and since <= ?`
  )
  const forgetIdle = database.prepare(
    `delete from budget_accounts where ends_at = ${never} and touched_at < ?`
  )

  function rowOf(key: RowKey): AccountRow | undefined {
    const row = read.get(...key)
    return (
      row && {
        key,
        spent: Number(row['spent']),
        since: Number(row['since']),
        endsAt: Number(row['ends_at']),
        touchedAt: Number(row['touched_at'])
      }
    )
  }

  /** The row that an account is held to: its own, whatever period it is of, else the shared one. */
  function countedRow(account: BudgetAccount): AccountRow | undefined {
    const [own, shared] = keysOf(account)
    return rowOf(own) ?? rowOf(shared)
  }

  function spent(account: BudgetAccount, now: number): number {
    const row = countedRow(account)
    return row && isCurrent(row, now) ? row.spent : 0
  }

  function store(row: AccountRow): AccountRow {
    const [owner, name] = row.key
    write.run(owner, name, keySize(name), row.spent, row.since, row.endsAt, row.touchedAt)
    return row
  }

  return {
    spent,
    rowFor(account, now, number) {
      const [own, sharedKey] = keysOf(account)
      const known = rowOf(own)
      if (known && isCurrent(known, now)) return known
      const isOwn = known !== undefined || room.makeRoom(...own, now)
      const at = room.startAt(now)
      const endsAt = periodEnd(account.period, at)
      const fresh = { spent: 0, since: number, endsAt, touchedAt: at }
      if (known) return store({ ...fresh, key: own })
      const found = rowOf(sharedKey)
      const shared = found && isCurrent(found, at) ? found : undefined
      // Who has spent from the shared account before does not start afresh.
      if (isOwn) return store({ ...fresh, ...shared, key: own, since: number })
      if (!found && room.isFull()) throw new LimiterError('full', 'no room for another budget')
      return shared ?? store({ ...fresh, key: sharedKey })
    },
    add(rows, micros, now) {
      const once = distinct(rows)
      for (const row of once) {
        const touchedAt = Math.max(row.touchedAt, now)
        store({ ...row, spent: addMicros(row.spent, micros), touchedAt })
      }
      return once
    },
    refund(accounts, micros, now) {
      const rows = accounts.flatMap((account) => countedRow(account) ?? [])
      for (const row of distinct(rows)) {
        if (!isCurrent(row, now)) continue
        const touchedAt = Math.max(row.touchedAt, now)
        store({ ...row, spent: subtractMicros(row.spent, micros), touchedAt })
      }
    },
    giveBack({ number, micros, accounts }) {
      for (const [owner, name] of accounts) subtract.run(micros, owner, name, number)
    },
    sweep(maxIdleMs, now) {
      const ended = room.forgetEnded(now)
      const idle = maxIdleMs > 0 ? Number(forgetIdle.run(now - maxIdleMs).changes) : 0
      return ended + idle
    }
  }
}

function keysOf({
  tenant,
  holder,
  period,
  id
}: BudgetAccount): readonly [own: RowKey, shared: RowKey] {
  const owner = JSON.stringify([tenant, holder, period])
  return [
    [owner, JSON.stringify(id)],
    [owner, sharedName]
  ]
}

/** Each row once, the last of those with the same key. */
function distinct(rows: readonly AccountRow[]): AccountRow[] {
  return [...new Map(rows.map((row) => [row.key.join('\n'), row])).values()]
}

/** Whether its period is not over. One that lies ahead counts: the clock has gone back. */
function isCurrent({ endsAt }: AccountRow, now: number): boolean {
  return endsAt > now
}
