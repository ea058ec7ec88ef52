import { expect, onTestFinished, test, vi } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { startSweeps } from '../../src/serve/sweeps.ts'

test('what is over is ended and forgotten every minute, and what fails holds up nothing else', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const done: string[] = []
  const faults: unknown[] = []
  const note = (what: string) => async () => void done.push(what)
  const failure = new Error('no disk')
  const stop = startSweeps({
    guard: { sweep: () => Promise.reject(failure) },
    access: { tend: note('sessions and uses of credentials') },
    counts: { save: note('counts') },
    budgets: { sweep: async () => done.push('budgets') },
    state: { sessionCostTtlMs: 0, sessionCostSweepMs: 90_000 },
    onFault: (error) => faults.push(error)
  })
  vi.advanceTimersByTime(60_000)
  await eventually(() => expect(faults).toEqual([failure]))
  expect(done.sort()).toEqual(['counts', 'sessions and uses of credentials'])
  stop()
  vi.advanceTimersByTime(600_000)
  await Promise.resolve()
  expect(done).toHaveLength(2)
})
