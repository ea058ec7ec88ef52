import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { memoryBudgets, memoryRateLimiter, type RateKey } from '../src/index.ts'
import { sqliteBudgets, sqliteRateLimiter } from '../src/sqlite/index.ts'
import { daily, session } from './accounts.ts'
import { policyOf, SmallGuard } from './small-guard.ts'

/** Each is something that AgentGuard v1.0 let pass, and is named after it. */
const key = (agent: string, tenant = 'local', scope = 'shell'): RateKey => ({
  tenant,
  scope,
  agent
})
const noon = Date.UTC(2026, 0, 15, 12)
const minute = 60_000

describe('rate limits', () => {
  test('A2: who changes names gets a bounded number of buckets', () => {
    const limiter = memoryRateLimiter({ maxKeys: 100 })
    const limit = { max: 5, windowMs: minute }
    let admitted = 0
    for (let at = 0; at < 10_000; at++) if (limiter.take(key(`name-${at}`), limit, 0).ok) admitted++
    expect(admitted).toBeLessThanOrEqual(50 + limit.max)
  })

  test('A2: the key is who was authenticated, whatever name the action has', () => {
    const limiter = memoryRateLimiter()
    const limit = { max: 1, windowMs: minute }
    const agents = ['a', 'b', 'c'].map(() => limiter.take(key('credential-7'), limit, 0).ok)
    expect(agents).toEqual([true, false, false])
  })

  test('A3, 39: more live keys than there is room for do not grow memory and evict no live key', () => {
    const limiter = memoryRateLimiter({ maxKeys: 10_000 })
    const limit = { max: 1, windowMs: minute }
    limiter.take(key('victim'), limit, 0)
    for (let at = 0; at < 50_000; at++) limiter.take(key(`agent-${at}`), limit, at / 1000)
    expect(limiter.size).toBeLessThanOrEqual(10_000)
    expect(limiter.take(key('victim'), limit, 59_999).ok).toBe(false)
  })

  test('A4: with `burst`, there is no double burst at the edge of a window', () => {
    const take = (burst?: number): number => {
      const limiter = memoryRateLimiter()
      const limit = { max: 10, windowMs: 1000, burst }
      limiter.take(key('a'), limit, 0)
      const times = [...Array(20).fill(999), ...Array(20).fill(1000)]
      return times.filter((now) => limiter.take(key('a'), limit, now).ok).length
    }
    expect(take()).toBe(19)
    expect(take(10)).toBe(10)
  })

  test('A5, 40: a limit that changes holds at once, and also after a restart', async () => {
    const database = new DatabaseSync(':memory:')
    for (const open of [memoryRateLimiter, () => sqliteRateLimiter({ database })]) {
      const limiter = open()
      await limiter.take(key('a'), { max: 100, windowMs: minute }, 0)
      expect(await limiter.take(key('a'), { max: 1, windowMs: minute }, 1)).toMatchObject({
        ok: false
      })
    }
    const restarted = sqliteRateLimiter({ database })
    expect(await restarted.take(key('a'), { max: 1, windowMs: minute }, 2)).toMatchObject({
      ok: false
    })
    expect(await restarted.take(key('a'), { max: 3, windowMs: minute }, 2)).toMatchObject({
      remaining: 1
    })
  })

  test('49: tenant and agent are not joined to one text', () => {
    const limiter = memoryRateLimiter()
    const limit = { max: 1, windowMs: minute }
    for (const one of [key('c', 'a:b'), key('b:c', 'a'), key('c', 'b', 'shell:a')]) {
      expect(limiter.take(one, limit, 0).ok).toBe(true)
    }
  })

  test('64: two nodes count in the same window, whenever it begins', async () => {
    const database = new DatabaseSync(':memory:')
    const nodes = [sqliteRateLimiter({ database }), sqliteRateLimiter({ database })]
    const limit = { max: 10, windowMs: 1000 }
    let admitted = 0
    // From 700 to 1699: a window of the key, across the edge of a second.
    for (let now = 700; now < 1700; now += 10) {
      for (const node of nodes) if ((await node.take(key('a'), limit, now)).ok) admitted++
    }
    expect(admitted).toBe(limit.max)
  })
})

describe('budgets', () => {
  test('A6: no session, or a new one each time, is held to the budget of the agent', async () => {
    const guard = new SmallGuard(memoryRateLimiter(), memoryBudgets())
    const policy = policyOf(`version: "1"
name: a6
rules:
  - scope: cost
    limits: {max_per_session: "$1", max_per_day: "$2"}
`)
    const pay = (session_id?: string) =>
      guard.check(policy, {
        tenant: 'local',
        action: { scope: 'cost', est_cost: 0.9, agent_id: 'a', ...(session_id && { session_id }) },
        now: noon
      })
    expect(await pay()).toMatchObject({ decision: 'ALLOW' })
    expect(await pay('s1')).toMatchObject({ decision: 'ALLOW' })
    expect(await pay('s2')).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:cost:max_per_day',
      reason: 'Daily cost $1.80 + $0.90 would exceed limit of $2'
    })
  })

  test('A7: three times 0.1 is 0.3', () => {
    const budgets = memoryBudgets()
    const charges = [{ account: session('s'), limitMicros: 300_000 }]
    const fits = [1, 2, 3, 4].map(() => budgets.reserve(charges, 100_000, noon).ok)
    expect(fits).toEqual([true, true, true, false])
  })

  test('A8: an approved action reserves what it costs, and a larger one does not fit', () => {
    const budgets = memoryBudgets()
    const charges = [{ account: session('s'), limitMicros: 10_000_000 }]
    // Asking a person counts nothing yet.
    expect(budgets.exceeded(charges, 6_000_000, noon)).toBeUndefined()
    expect(budgets.spent(session('s'), noon)).toBe(0)
    const honoured = budgets.reserve(charges, 6_000_000, noon)
    expect(honoured.ok && budgets.commit(honoured.reservation)).toBe(true)
    expect(budgets.reserve(charges, 1_000_000_000_000, noon).ok).toBe(false)
    expect(budgets.reserve(charges, 6_000_000, noon).ok).toBe(false)
  })

  test('44: session totals are bounded, and idle ones can be swept', () => {
    const budgets = memoryBudgets({ maxAccounts: 100 })
    for (let at = 0; at < 10_000; at++) budgets.record([session(`s${at}`)], 1, noon)
    expect(budgets.size).toBeLessThanOrEqual(100)
    budgets.sweep(minute, noon + minute + 1)
    expect(budgets.spent(session('s0'), noon)).toBe(0)
    expect(budgets.spent(session('new'), noon)).toBe(0)
  })

  test('63: a restart counts nothing twice, however many nodes there are', async () => {
    const database = new DatabaseSync(':memory:')
    const nodes = [sqliteBudgets({ database }), sqliteBudgets({ database })]
    for (const node of nodes) await node.record([session('s'), daily('a')], 5, noon)
    for (let restart = 0; restart < 3; restart++) {
      const restarted = sqliteBudgets({ database })
      expect(await restarted.spent(session('s'), noon)).toBe(10)
      expect(await restarted.spent(daily('a'), noon)).toBe(10)
    }
  })

  test('65: what is answered is stored: another connection sees it at once', async () => {
    const name = 'file:weakness65?mode=memory&cache=shared'
    const [one, other] = [new DatabaseSync(name), new DatabaseSync(name)]
    const limit = { max: 1, windowMs: minute }
    await sqliteRateLimiter({ database: one }).take(key('a'), limit, noon)
    await sqliteBudgets({ database: one }).reserve([{ account: session('s') }], 5, noon)
    expect(await sqliteRateLimiter({ database: other }).take(key('a'), limit, noon)).toMatchObject({
      ok: false
    })
    expect(await sqliteBudgets({ database: other }).spent(session('s'), noon)).toBe(5)
  })
})
