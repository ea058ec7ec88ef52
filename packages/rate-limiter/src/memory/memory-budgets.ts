import type { BudgetAccount } from '../budget-account.ts'
import {
  addMicros,
  checkAmounts,
  checkTime,
  firstExceeded,
  subtractMicros
} from '../budget-sums.ts'
import type { Budgets, Charge, Exceeded, Reserved } from '../budgets.ts'
import { LimiterError } from '../limiter-error.ts'
import { checkBound, keySize, mayGrow } from '../room.ts'
import { type Account, AccountGroup } from './account-group.ts'
import { GroupTable } from './group-table.ts'
import { OpenReservations } from './open-reservations.ts'

export interface MemoryBudgetsOptions {
  /**
   * How many accounts are remembered, all tenants together. A name of more than 64 characters counts
   * for several.
   *
   * @defaultValue 100000
   */
  readonly maxAccounts?: number
  /**
   * How many reservations can be released. Of more, the oldest are final.
   *
   * @defaultValue 10000
   */
  readonly maxOpen?: number
  /** Tells the reservations of this object from those of others. It need not be hard to guess. */
  readonly newId?: () => string
}

/** Budgets that answer at once. */
export interface MemoryBudgets extends Budgets {
  reserve(charges: readonly Charge[], micros: number, now: number): Reserved
  exceeded(charges: readonly Charge[], micros: number, now: number): Exceeded | undefined
  commit(reservation: string): boolean
  release(reservation: string): boolean
  record(accounts: readonly BudgetAccount[], micros: number, now: number): void
  refund(accounts: readonly BudgetAccount[], micros: number, now: number): void
  spent(account: BudgetAccount, now: number): number
  sweep(maxIdleMs: number, now: number): number
  /** How much of `maxAccounts` is taken. */
  readonly size: number
}

/** Budgets of this process, forgotten when it ends. `now` is the time of day, in milliseconds. */
export function memoryBudgets({
  maxAccounts = 100_000,
  maxOpen = 10_000,
  newId = () => Math.random().toString(36).slice(2)
}: MemoryBudgetsOptions = {}): MemoryBudgets {
  checkBound('maxAccounts', maxAccounts)
  checkBound('maxOpen', maxOpen)
  const groups = new GroupTable<AccountGroup>()
  const open = new OpenReservations(newId(), maxOpen)

  /** The group of an account, in the period that it is now. */
  function groupOf({ tenant, holder, period }: BudgetAccount, now: number) {
    const group = groups.get(tenant, `${holder} ${period}`)
    if (group) groups.resize(group, () => group.renew(now))
    return group
  }

  /** What an account is held to, if anything has been counted. */
  function countedFor(account: BudgetAccount, now: number): Account | undefined {
    const group = groupOf(account, now)
    return group?.get(account.id) ?? group?.shared
  }

  function spent(account: BudgetAccount, now: number): number {
    return countedFor(account, now)?.spent ?? 0
  }

  function openGroup({ tenant, holder, period }: BudgetAccount, now: number): AccountGroup {
    if (groups.size >= maxAccounts) groups.relieve(now)
    if (groups.size >= maxAccounts) throw new LimiterError('full', 'no room for another budget')
    const group = new AccountGroup(period, groups.startAt(now))
    return groups.add(tenant, `${holder} ${period}`, group)
  }

  function accountFor(account: BudgetAccount, now: number): Account {
    const group = groupOf(account, now) ?? openGroup(account, now)
    const known = group.get(account.id)
    if (known) return known
    const hasRoom = (): boolean =>
      mayGrow(group.size + keySize(account.id), groups.size, maxAccounts)
    if (!hasRoom()) groups.relieve(now, group)
    if (!hasRoom()) return group.share(now)
    return groups.resize(group, () => group.add(account.id, now))
  }

  function charge(accounts: readonly BudgetAccount[], micros: number, now: number): Account[] {
    if (micros === 0) return []
    // An account that is named twice, or shared by two, is charged once.
    const charged = [...new Set(accounts.map((account) => accountFor(account, now)))]
    for (const account of charged) {
      account.spent = addMicros(account.spent, micros)
      account.touchedAt = Math.max(account.touchedAt, now)
    }
    return charged
  }

  function exceeded(charges: readonly Charge[], micros: number, now: number) {
    checkAmounts(micros, now, charges)
    return firstExceeded(charges, micros, (account) => spent(account, now))
  }

  return {
    get size() {
      return groups.size
    },
    exceeded,
    reserve(charges, micros, now) {
      const refused = exceeded(charges, micros, now)
      if (refused) return { ok: false, exceeded: refused }
      if (micros === 0) return { ok: true, reservation: open.ofNothing }
      const accounts = charges.map(({ account }) => account)
      return { ok: true, reservation: open.open(charge(accounts, micros, now), micros) }
    },
    commit: (reservation) => open.commit(reservation),
    release: (reservation) => open.release(reservation),
    record(accounts, micros, now) {
      checkAmounts(micros, now)
      charge(accounts, micros, now)
    },
    refund(accounts, micros, now) {
      checkAmounts(micros, now)
      for (const counted of new Set(accounts.map((account) => countedFor(account, now)))) {
        if (!counted) continue
        counted.spent = subtractMicros(counted.spent, micros)
        counted.touchedAt = Math.max(counted.touchedAt, now)
      }
    },
    spent(account, now) {
      checkTime(now)
      return spent(account, now)
    },
    sweep(maxIdleMs, now) {
      checkTime(now)
      let swept = 0
      for (const group of groups) {
        swept += groups.resize(group, () => {
          const before = group.count
          group.renew(now)
          return before - group.count + (maxIdleMs > 0 ? group.sweep(now - maxIdleMs) : 0)
        })
      }
      return swept
    }
  }
}
