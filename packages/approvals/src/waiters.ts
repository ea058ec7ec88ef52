import type { Approval } from '@agentguard/protocol'
import { ApprovalsError } from './approvals-error.ts'

/** What waiting for approvals needs to know. */
export interface WaitersOptions {
  /** How many may wait in one tenant. */
  readonly maxPerTenant: number
  /** How often `tick` is called while anybody waits. */
  readonly tickMs: number
  /** Called again and again while anybody waits. If it throws, all waiting ends with its error. */
  readonly tick: () => void
}

type Settle = {
  readonly resolve: (approval: Approval | undefined) => void
  readonly reject: (reason: unknown) => void
}

/** Those who wait for an approval to be answered. */
export class Waiters {
  readonly #options: WaitersOptions
  readonly #tenants = new Map<string, Map<string, Set<Settle>>>()
  readonly #counts = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: WaitersOptions) {
    this.#options = options
  }

  /** Whom somebody waits for, as tenants and ids. */
  waitedFor(): [tenant: string, id: string][] {
    return [...this.#tenants].flatMap(([tenant, ids]) =>
      [...ids.keys()].map((id): [string, string] => [tenant, id])
    )
  }

  wait(tenant: string, id: string, signal: AbortSignal | undefined): Promise<Approval | undefined> {
    if (this.#closed) return Promise.reject(closed())
    if ((this.#counts.get(tenant) ?? 0) >= this.#options.maxPerTenant) {
      return Promise.reject(new ApprovalsError('too_many_waiters', 'too many wait in this tenant'))
    }
    const { promise, resolve, reject } = Promise.withResolvers<Approval | undefined>()
    const settle = { resolve, reject }
    const onAbort = (): void => {
      this.#remove(tenant, id, settle)
      reject(signal?.reason)
    }
    this.#add(tenant, id, settle)
    signal?.addEventListener('abort', onAbort, { once: true })
    return promise.finally(() => signal?.removeEventListener('abort', onAbort))
  }

  wake(tenant: string, id: string, approval: Approval | undefined): void {
    const settles = this.#tenants.get(tenant)?.get(id) ?? []
    for (const settle of [...settles]) {
      this.#remove(tenant, id, settle)
      settle.resolve(approval)
    }
  }

  close(): void {
    this.#closed = true
    this.#fail(closed())
  }

  #add(tenant: string, id: string, settle: Settle): void {
    const ids = this.#tenants.get(tenant) ?? new Map<string, Set<Settle>>()
    this.#tenants.set(tenant, ids.set(id, (ids.get(id) ?? new Set()).add(settle)))
    this.#counts.set(tenant, (this.#counts.get(tenant) ?? 0) + 1)
    this.#timer ??= setInterval(() => this.#tick(), this.#options.tickMs)
  }

  #remove(tenant: string, id: string, settle: Settle): void {
    const ids = this.#tenants.get(tenant)
    const settles = ids?.get(id)
    if (!settles?.delete(settle)) return
    if (settles.size === 0) ids?.delete(id)
    const count = (this.#counts.get(tenant) ?? 0) - 1
    if (count > 0) {
      this.#counts.set(tenant, count)
      return
    }
    this.#counts.delete(tenant)
    this.#tenants.delete(tenant)
    if (this.#tenants.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    try {
      this.#options.tick()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(reason: unknown): void {
    for (const [tenant, ids] of this.#tenants) {
      for (const [id, settles] of ids) {
        for (const settle of [...settles]) {
          this.#remove(tenant, id, settle)
          settle.reject(reason)
        }
      }
    }
  }
}

function closed(): ApprovalsError {
  return new ApprovalsError('closed', 'the approvals were closed')
}
