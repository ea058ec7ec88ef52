import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Budgets } from '../src/index.ts'
import { charge, daily, day, noon, reserve, session } from './accounts.ts'
import type { CreateBudgets } from './budgets.contract.ts'

type Step =
  | {
      readonly kind: 'reserve'
      readonly session: string
      readonly agent: string
      readonly micros: number
    }
  | { readonly kind: 'commit' | 'release'; readonly which: number }
  | { readonly kind: 'wait'; readonly by: number }

const names = ['p', 'q', 'r'] as const
const ids = fc.constantFrom(...names)
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('reserve' as const),
      session: ids,
      agent: ids,
      micros: fc.nat(60)
    }),
    fc.record({ kind: fc.constantFrom('commit' as const, 'release' as const), which: fc.nat(20) }),
    fc.record({ kind: fc.constant('wait' as const), by: fc.integer({ min: -day, max: day }) })
  ),
  { maxLength: 60 }
)
const sessionLimit = 100
const dayLimit = 70
const numRuns = 150

/** What holds for all budgets, in any interleaving. */
export function budgetsProperties(create: CreateBudgets): void {
  describe('properties', () => {
    test('reserved and committed never exceed a limit, in any interleaving', () =>
      fc.assert(
        fc.asyncProperty(steps, fc.constantFrom(4, 6, 1000), async (sequence, maxAccounts) => {
          const ledger = new Ledger(create({ maxAccounts }))
          for (const step of sequence) {
            await ledger.run(step)
            ledger.expectWithinLimits()
            if (maxAccounts === 1000) await ledger.expectEqual()
          }
        }),
        { numRuns }
      ))
  })
}

interface Open {
  readonly id: string
  readonly step: Extract<Step, { kind: 'reserve' }>
}

/** What was really reserved and not given back, beside the budgets that are tested. */
class Ledger {
  readonly #budgets: Budgets
  readonly #open: Open[] = []
  readonly #sessions = new Map<string, number>()
  readonly #agents = new Map<string, number>()
  #now = noon
  #earliest = noon
  #latest = noon

  constructor(budgets: Budgets) {
    this.#budgets = budgets
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'wait':
        this.#now += step.by
        this.#earliest = Math.min(this.#earliest, this.#now)
        this.#latest = Math.max(this.#latest, this.#now)
        return
      case 'reserve':
        return this.#reserve(step)
      default:
        return this.#end(step.kind, step.which)
    }
  }

  expectWithinLimits(): void {
    // What is spent on a clock that has gone back counts for a later day.
    const days = 1 + Math.floor(this.#latest / day) - Math.floor(this.#earliest / day)
    for (const sum of this.#sessions.values()) expect(sum).toBeLessThanOrEqual(sessionLimit)
    for (const sum of this.#agents.values()) expect(sum).toBeLessThanOrEqual(dayLimit * days)
  }

  async expectEqual(): Promise<void> {
    for (const name of names) {
      const sum = this.#sessions.get(name) ?? 0
      expect(await this.#budgets.spent(session(name), this.#now)).toBe(sum)
    }
  }

  async #reserve(step: Open['step']): Promise<void> {
    const charges = [
      charge(session(step.session), sessionLimit),
      charge(daily(step.agent), dayLimit)
    ]
    const id = await reserve(this.#budgets, charges, step.micros, this.#now)
    if (id === undefined) return
    this.#add(step, step.micros)
    this.#open.push({ id, step })
  }

  async #end(kind: 'commit' | 'release', which: number): Promise<void> {
    const [picked] = this.#open.splice(which % Math.max(this.#open.length, 1), 1)
    if (!picked) return
    const wasOpen = await this.#budgets[kind](picked.id)
    if (kind === 'release' && wasOpen) this.#add(picked.step, -picked.step.micros)
  }

  #add({ session, agent }: Open['step'], micros: number): void {
    this.#sessions.set(session, (this.#sessions.get(session) ?? 0) + micros)
    this.#agents.set(agent, (this.#agents.get(agent) ?? 0) + micros)
  }
}
