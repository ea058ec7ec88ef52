import { expect, test, vi } from 'vitest'
import type { Degradation } from '../../src/http/health.ts'
import { watchClock } from '../../src/telemetry/watch-clock.ts'
import { watchHealth } from '../../src/telemetry/watch-health.ts'
import { watchWrites } from '../../src/telemetry/watch-writes.ts'

test('a jump of the clock is told once, with its size; a slow correction is none', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let [now, elapsed] = [1_000_000, 0]
  const jumps: number[] = []
  const end = watchClock({
    onJump: (byMs) => jumps.push(byMs),
    now: () => now,
    elapsed: () => elapsed
  })
  const pass = (clock: number): void => {
    now += clock
    elapsed += 10_000
    vi.advanceTimersByTime(10_000)
  }
  pass(10_000)
  pass(10_500)
  pass(-3_590_000)
  pass(10_000)
  pass(70_000)
  end()
  pass(0)
  expect(jumps).toEqual([-3_600_000, 60_000])
  vi.useRealTimers()
})

test('a change of health is told with what is wrong, and when it is over', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const state: Record<Degradation, boolean> = {
    policy_reload_failed: false,
    audit_failed: false,
    audit_log_changed: false,
    store_failed: false,
    notifications_dropped: false,
    clock_jumped: false
  }
  const changes: unknown[] = []
  const health = { degraded: () => state }
  const end = watchHealth({ health, onChange: (change) => changes.push(change), now: () => 0 })
  vi.advanceTimersByTime(3000)
  state.audit_failed = true
  vi.advanceTimersByTime(3000)
  state.audit_failed = false
  vi.advanceTimersByTime(1000)
  end()
  const timestamp = '1970-01-01T00:00:00.000Z'
  expect(changes).toEqual([
    { timestamp, status: 'degraded', reasons: ['audit_failed'] },
    { timestamp, status: 'ok', reasons: [] }
  ])
  vi.useRealTimers()
})

test('a store that cannot be written is down until it can be; what failed is told once', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let outcome: () => unknown = () => undefined
  const errors: unknown[] = []
  const watched = watchWrites({ write: () => outcome(), onError: (error) => errors.push(error) })
  const states: boolean[] = []
  const next = async (write: () => unknown): Promise<void> => {
    outcome = write
    await vi.advanceTimersByTimeAsync(5000)
    states.push(watched.isUp())
  }
  const full = (): never => {
    throw new Error('disk full')
  }
  await next(() => undefined)
  await next(full)
  await next(() => Promise.reject(new Error('disk full')))
  await next(() => undefined)
  let finish = (): void => {}
  await next(() => new Promise<void>((resolve) => (finish = resolve)))
  await next(() => undefined)
  finish()
  await next(() => undefined)
  watched.close()
  expect(states).toEqual([true, false, false, true, true, false, true])
  expect(errors).toHaveLength(2)
  vi.useRealTimers()
})
