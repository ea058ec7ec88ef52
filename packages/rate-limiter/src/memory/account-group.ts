import type { BudgetPeriod } from '../budget-account.ts'
import { periodEnd } from '../budget-period.ts'
import { keySize } from '../room.ts'
import type { Group } from './group-table.ts'

/** What is counted against one account. */
export interface Account {
  spent: number
  touchedAt: number
}

/**
 * The accounts of one tenant, holder and period. All of them end together, so forgetting takes no
 * search. Reservations hold the account itself: giving back what an account of yesterday has counted
 * changes nothing today.
 */
export class AccountGroup implements Group {
  size = 0
  #shared: Account | undefined
  #accounts = new Map<string, Account>()
  readonly #period: BudgetPeriod
  /** INVARIANT: never moves back. */
  #endsAt: number

  constructor(period: BudgetPeriod, now: number) {
    this.#period = period
    this.#endsAt = periodEnd(period, now)
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.#shared === undefined
  }

  get(id: string): Account | undefined {
    return this.#accounts.get(id)
  }

  get count(): number {
    return this.#accounts.size
  }

  /** What new accounts share while there is no room, if any of them did. */
  get shared(): Account | undefined {
    return this.#shared
  }

  /** Adds an account. It begins with what those that share one have spent: its holder may be of them. */
  add(id: string, now: number): Account {
    const account = { spent: this.#shared?.spent ?? 0, touchedAt: now }
    this.#accounts.set(id, account)
    this.size += keySize(id)
    return account
  }

  share(now: number): Account {
    this.#shared ??= { spent: 0, touchedAt: now }
    return this.#shared
  }

  /** Forgets everything once the period is over. */
  renew(now: number): void {
    if (now < this.#endsAt) return
    this.#endsAt = periodEnd(this.#period, now)
    this.#accounts = new Map()
    this.#shared = undefined
    this.size = 0
  }

  /**
   * Forgets what nothing was counted in since `since`, if it has no period to wait for. Returns how many
   * accounts that were.
   */
  sweep(since: number): number {
    let swept = 0
    if (this.#period !== 'ever') return swept
    if (this.#shared && this.#shared.touchedAt < since) this.#shared = undefined
    for (const [id, { touchedAt }] of this.#accounts) {
      if (touchedAt >= since) continue
      this.#accounts.delete(id)
      this.size -= keySize(id)
      swept++
    }
    return swept
  }
}
