import { getEventListeners, once } from 'node:events'
import { expect, test } from 'vitest'
import { withSignal } from '../../src/http/with-signal.ts'

const minuteMs = 60_000

async function untilAborted(signal: AbortSignal): Promise<string> {
  if (!signal.aborted) await once(signal, 'abort')
  return 'aborted'
}

test('the signal is aborted with any of the others', async () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const signals = [first.signal, second.signal]
  const ended = withSignal({ afterMs: minuteMs, signals }, untilAborted)
  second.abort()
  expect(await ended).toBe('aborted')
})

test('the signal is aborted when the time is over', async () => {
  expect(await withSignal({ afterMs: 1, signals: [] }, untilAborted)).toBe('aborted')
})

test('the signal is aborted from the start where another one is', async () => {
  const signals = [AbortSignal.abort()]
  expect(await withSignal({ afterMs: minuteMs, signals }, untilAborted)).toBe('aborted')
})

test('a signal that lives long keeps nothing of what was done with it, done or failed', async () => {
  const { signal } = new AbortController()
  const ends = { afterMs: minuteMs, signals: [signal] }
  expect(await withSignal(ends, async () => 'done')).toBe('done')
  const failed = withSignal(ends, async () => {
    throw new Error('failed')
  })
  await expect(failed).rejects.toThrow('failed')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
