import { subtractMicros } from '../budget-sums.ts'
import type { Account } from './account-group.ts'

interface Reservation {
  readonly accounts: readonly Account[]
  readonly micros: number
}

/** Reservations that can still be given back: the latest ones, up to a bound. */
export class OpenReservations {
  readonly #open = new Map<string, Reservation>()
  readonly #prefix: string
  readonly #maxOpen: number
  #opened = 0
  #oldest = 1

  constructor(prefix: string, maxOpen: number) {
    this.#prefix = prefix
    this.#maxOpen = maxOpen
  }

  /** What a reservation of no money is called. It is never open. */
  get ofNothing(): string {
    return this.#name(0)
  }

  open(accounts: readonly Account[], micros: number): string {
    const reservation = this.#name(++this.#opened)
    this.#open.set(reservation, { accounts, micros })
    while (this.#open.size > this.#maxOpen) this.#open.delete(this.#name(this.#oldest++))
    return reservation
  }

  commit(reservation: string): boolean {
    return this.#open.delete(reservation)
  }

  release(reservation: string): boolean {
    const open = this.#open.get(reservation)
    if (!open) return false
    for (const account of open.accounts) account.spent = subtractMicros(account.spent, open.micros)
    return this.#open.delete(reservation)
  }

  #name(number: number): string {
    return `${this.#prefix}:${number}`
  }
}
