import { describe, expect, test } from 'vitest'
import { heldBytes } from '../../../test/support/held-bytes.ts'
import { memoryBudgets, memoryRateLimiter } from '../src/index.ts'

const million = 1_000_000
const mebibyte = 2 ** 20

describe('a million keys that nobody has seen before', () => {
  test('take a bounded amount of memory, and reset nobody', async () => {
    const limiter = memoryRateLimiter()
    const limit = { max: 3, windowMs: 60_000 }
    const victim = { tenant: 'local', scope: 'shell', agent: 'victim' }
    for (let taken = 0; taken < 3; taken++) limiter.take(victim, limit, 0)
    const before = await heldBytes()
    let resets = 0
    for (let at = 0; at < million; at++) {
      limiter.take({ ...victim, agent: `agent-${at}` }, limit, at / 20)
      if (at % 10_000 === 0 && limiter.take(victim, limit, at / 20).ok) resets++
    }
    expect(resets).toBe(0)
    expect(limiter.size).toBeLessThanOrEqual(100_000)
    expect((await heldBytes()) - before).toBeLessThan(32 * mebibyte)
    expect(limiter.take(victim, limit, 60_000).ok).toBe(true)
  })

  test('over many windows, tenants and scopes too', async () => {
    const limiter = memoryRateLimiter({ maxKeys: 10_000 })
    const before = await heldBytes()
    for (let at = 0; at < million; at++) {
      const key = { tenant: `t${at % 7}`, scope: `s${at % 11}`, agent: `agent-${at}` }
      limiter.take(key, { max: 3, windowMs: 1_000 }, at)
    }
    expect(limiter.size).toBeLessThanOrEqual(10_000)
    expect((await heldBytes()) - before).toBeLessThan(8 * mebibyte)
  })

  test('and as many sessions', async () => {
    const budgets = memoryBudgets()
    const now = Date.UTC(2026, 0, 15)
    const before = await heldBytes()
    const charge = (id: string) => [
      {
        account: { tenant: 'local', holder: 'session', id, period: 'ever' },
        limitMicros: 10
      } as const
    ]
    budgets.reserve(charge('victim'), 10, now)
    for (let at = 0; at < million; at++) budgets.reserve(charge(`session-${at}`), 1, now + at)
    expect(budgets.reserve(charge('victim'), 1, now).ok).toBe(false)
    expect(budgets.size).toBeLessThanOrEqual(100_000)
    expect((await heldBytes()) - before).toBeLessThan(32 * mebibyte)
  })
})

test('keys that are forgotten to make room are told of, by tenant and scope', () => {
  const told: unknown[] = []
  const limiter = memoryRateLimiter({
    maxKeys: 20,
    onForgotten: (of, count) => told.push({ ...of, count })
  })
  const take = (agent: string, at: number) =>
    limiter.take({ tenant: 'acme', scope: 'shell', agent }, { max: 1, windowMs: 1000 }, at)
  for (let at = 0; at < 8; at++) take(`first-${at}`, 0)
  expect(told).toEqual([])
  // A window later all of them have elapsed; the first new key begins a generation, the next one drops them.
  take('second', 1000)
  for (let at = 0; at < 8; at++) take(`third-${at}`, 2000)
  expect(told).toEqual([{ tenant: 'acme', scope: 'shell', count: 8 }])
})
