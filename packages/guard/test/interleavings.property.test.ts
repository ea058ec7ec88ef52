import { DatabaseSync } from 'node:sqlite'
import { type Approvals, type ApprovalsOptions, memoryApprovals } from '@agentguard/approvals'
import { sqliteApprovals } from '@agentguard/approvals/sqlite'
import { openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import type { ActionRequest, AuditEntry, CheckResult } from '@agentguard/protocol'
import {
  type Budgets,
  memoryBudgets,
  memoryRateLimiter,
  type RateLimiter
} from '@agentguard/rate-limiter'
import { sqliteBudgets, sqliteRateLimiter } from '@agentguard/rate-limiter/sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createGuard, createHistory, type Guard } from '../src/index.ts'
import { long, seedOf } from './long.ts'
import { type Faults, noon, policyOf, signer, spy } from './world.ts'

const limit = 10
const policy = policyOf(`rules:
  - scope: cost
    rate_limit: {max_requests: 12, window: 1m}
    limits: {max_per_day: "$${limit}", max_per_session: "$${limit}"}
    require_approval: [{action: ask}]
`)

interface Drivers {
  readonly approvals: Approvals
  readonly budgets: Budgets
  readonly limiter: RateLimiter
}

const drivers: Readonly<Record<string, (options: ApprovalsOptions) => Drivers>> = {
  memory: (options) => ({
    approvals: memoryApprovals(options),
    budgets: memoryBudgets(),
    limiter: memoryRateLimiter()
  }),
  sqlite: (options) => {
    const database = new DatabaseSync(':memory:')
    return {
      approvals: sqliteApprovals({ ...options, database }),
      budgets: sqliteBudgets({ database }),
      limiter: sqliteRateLimiter({ database })
    }
  }
}

/** Something that somebody does while others do something else. */
type Operation =
  | { readonly does: 'check'; readonly guard: number; readonly action: ActionRequest }
  | { readonly does: 'resolve'; readonly id: string; readonly decision: 'ALLOW' | 'DENY' }
  | { readonly does: 'sweep' }
  | { readonly does: 'advance'; readonly ms: number }

const id = fc.nat(3).map((number) => `ap_${number + 1}`)
/** Few, so that they meet: in an approval, in a budget, or in neither. */
const subjects: readonly ActionRequest[] = [
  { scope: 'cost', action: 'ask', agent_id: 'bot', session_id: 's1', est_cost: 3 },
  { scope: 'cost', action: 'ask', agent_id: 'bot', session_id: 's1', est_cost: 3 },
  { scope: 'cost', action: 'ask', agent_id: 'eve', session_id: 's1', est_cost: 4.5 },
  { scope: 'cost', action: 'go', agent_id: 'bot', session_id: 's2', est_cost: 2 }
]
const claim = fc.oneof(
  { weight: 3, arbitrary: fc.record({ approval_id: id }) },
  { weight: 3, arbitrary: fc.constant({ reuse_approval: true }) },
  { weight: 2, arbitrary: fc.constant({}) }
)
const action: fc.Arbitrary<ActionRequest> = fc
  .tuple(fc.constantFrom(...subjects), claim)
  .map(([subject, claimed]) => ({ ...subject, ...claimed }))
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('check'), guard: fc.nat(1), action }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('resolve'),
      id,
      decision: fc.constantFrom('ALLOW', 'ALLOW', 'ALLOW', 'DENY')
    })
  },
  { weight: 1, arbitrary: fc.constant({ does: 'sweep' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('advance'),
      ms: fc.constantFrom(1000, 61_000, 400_000)
    })
  }
) as fc.Arbitrary<Operation>

/** What is done at once, and then at once again. */
const rounds = fc.array(fc.array(operation, { minLength: 1, maxLength: 8 }), {
  minLength: 2,
  maxLength: 5
})

/** Which calls of parts fail, and whether they have done their work by then. */
const failing = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ call: fc.nat(60), done: fc.boolean() }), { maxLength: 4 })
)

interface Checked {
  readonly requestId: string
  readonly action: ActionRequest
  readonly result: CheckResult
  /** Whether the entry was in the log when the answer came. */
  readonly isWritten: boolean
}

/** Two guards over the same parts, whose every call waits for its turn. */
class Play {
  readonly checked: Checked[] = []
  readonly approved = new Set<string>()
  readonly consumed: string[] = []
  readonly written = new Set<string>()
  readonly #scheduler: fc.Scheduler
  readonly #fails: ReadonlyMap<number, boolean>
  #calls = 0
  #now = noon
  #ids = 0

  constructor(scheduler: fc.Scheduler, fails: readonly { call: number; done: boolean }[]) {
    this.#scheduler = scheduler
    this.#fails = new Map(fails.map(({ call, done }) => [call, done]))
  }

  async run(driver: string, all: readonly (readonly Operation[])[]): Promise<void> {
    const now = (): number => this.#now
    const parts = (drivers[driver] as (options: ApprovalsOptions) => Drivers)({
      now,
      newId: () => `ap_${++this.#ids}`,
      validityMs: 300_000,
      onChange: ({ approval, to }) => {
        if (to === 'approved') this.approved.add(approval.id)
        if (to === 'consumed') this.consumed.push(approval.id)
      }
    })
    const audit = await openAuditLog({ store: memoryAuditStore(), signer, redact: false, now })
    const guards = [0, 1].map(() =>
      createGuard({
        policies: { find: () => policy },
        approvals: this.#slow('approvals', parts.approvals),
        budgets: this.#slow('budgets', parts.budgets),
        limiter: this.#slow('limiter', parts.limiter),
        audit: this.#slow('audit', {
          append: async (entry: AuditEntry) => {
            const receipt = await audit.append(entry)
            this.written.add(entry.request_id as string)
            return receipt
          },
          appendEvent: audit.appendEvent
        }),
        history: createHistory({ knownSince: 0 }),
        now
      })
    )
    for (const round of all) {
      const doing = round.map((one) => this.#do(guards, one))
      await this.#scheduler.waitFor(Promise.all(doing))
    }
    await this.#verify(parts.budgets, (await audit.query({ limit: 1000 })).lines as AuditEntry[])
    await audit.close()
    await parts.approvals.close()
  }

  #slow<T extends object>(name: string, part: T): T {
    const wait = async (call: () => unknown): Promise<unknown> => {
      await this.#scheduler.schedule(Promise.resolve(), name)
      const done = this.#fails.get(this.#calls++)
      if (done === false) throw new Error('failed before it did anything')
      const answer = await call()
      if (done) throw new Error('failed after it did everything')
      await this.#scheduler.schedule(Promise.resolve(), `${name} answers`)
      return answer
    }
    const faults: Faults = new Proxy({}, { get: () => wait })
    return spy(name, part, { calls: [], faults })
  }

  async #do(guards: readonly Guard[], one: Operation): Promise<void> {
    const [first] = guards as [Guard]
    switch (one.does) {
      case 'check': {
        const requestId = `r${this.checked.length}-${this.#calls}-${Math.random()}`
        const result = await (guards[one.guard] as Guard).check(one.action, { requestId })
        const isWritten = this.written.has(requestId)
        this.checked.push({ requestId, action: one.action, result, isWritten })
        return
      }
      case 'resolve':
        // A person's answer and a sweep may fail, and say so.
        await first
          .resolve('local', one.id, { decision: one.decision, by: 'ann' })
          .catch(() => undefined)
        return
      case 'sweep':
        await first.sweep().catch(() => undefined)
        return
      case 'advance':
        this.#now += one.ms
    }
  }

  async #verify(budgets: Budgets, entries: readonly AuditEntry[]): Promise<void> {
    const allowed = this.checked.filter(({ result }) => result.decision === 'ALLOW')
    for (const { requestId, isWritten } of allowed) {
      expect(isWritten).toBe(true)
      expect(entries.filter(({ request_id }) => request_id === requestId)).toHaveLength(1)
    }
    const used = allowed.flatMap(({ result }) =>
      result.matched_rule === 'allow:approved' ? [result.approval_id as string] : []
    )
    expect(new Set(used).size).toBe(used.length)
    expect(new Set(this.consumed).size).toBe(this.consumed.length)
    expect(used.filter((one) => !this.consumed.includes(one))).toEqual([])
    expect(this.consumed.filter((one) => !this.approved.has(one))).toEqual([])
    // Nothing that needs a person was allowed without one.
    expect(allowed.filter(({ action: { action: verb } }) => verb === 'ask')).toHaveLength(
      used.length
    )
    for (const [holder, name, member, period] of accounts) {
      const account = { tenant: 'local', holder, id: name, period } as const
      const spent = await budgets.spent(account, this.#now)
      const own = allowed.filter(({ action: one }) => one[member] === name)
      const sum = own.reduce((total, { action: { est_cost = 0 } }) => total + est_cost * 1e6, 0)
      expect(spent).toBeLessThanOrEqual(limit * 1e6)
      if (this.#fails.size === 0) expect(spent).toBe(sum)
      else expect(spent).toBeGreaterThanOrEqual(sum)
    }
  }
}

const accounts = [
  ['agent', 'bot', 'agent_id', 'day'],
  ['agent', 'eve', 'agent_id', 'day'],
  ['session', 's1', 'session_id', 'ever'],
  ['session', 's2', 'session_id', 'ever']
] as const

const tallies = { checks: 0, allowed: 0, approved: 0 }

test.each(Object.keys(drivers))(
  'whatever happens at the same time, and whatever fails: %s',
  { timeout: long ? 600_000 : 60_000 },
  async (driver) => {
    const seed = seedOf(`interleavings, ${driver}`)
    const rejected: unknown[] = []
    const listen = (reason: unknown): number => rejected.push(reason)
    process.on('unhandledRejection', listen)
    const runs = (long ? 20_000 : 400) / (driver === 'memory' ? 1 : 2)
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), rounds, failing, async (scheduler, all, fails) => {
        const play = new Play(scheduler, fails)
        await play.run(driver, all)
        tallies.checks += play.checked.length
        tallies.allowed += play.checked.filter(({ result }) => result.decision === 'ALLOW').length
        tallies.approved += play.consumed.length
      }),
      { seed, numRuns: runs, interruptAfterTimeLimit: long ? 500_000 : 7000 }
    )
    process.off('unhandledRejection', listen)
    expect(rejected).toEqual([])
    console.log(`${driver}: ${JSON.stringify(tallies)}`)
    expect(tallies.approved).toBeGreaterThan(0)
  }
)
