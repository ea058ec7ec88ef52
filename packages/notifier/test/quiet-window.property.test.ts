import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Delivery } from '../src/index.ts'
import { createQuietWindow } from '../src/quiet-window.ts'
import { denied } from './fixtures.ts'
import { manualClock } from './manual-clock.ts'

/** How many notifications a delivery stands for. */
function weight({ count, digest }: Delivery): number {
  if (digest) return Object.values(digest).reduce((sum, number) => sum + number, 0)
  return count ?? 1
}

test('whatever comes and whenever, each notification is told or counted exactly once', async () => {
  const step = fc.record({
    kind: fc.nat(6),
    pauseMs: fc.constantFrom(0, 0, 0, 10, 400, 1000, 3000)
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, burst) => {
        const clock = manualClock()
        const delivered: Delivery[] = []
        let held = 0
        let ids = 0
        const window = createQuietWindow({
          quietMs: 1000,
          burst,
          clock,
          deliver: (delivery) => delivered.push(delivery),
          newId: () => `told_${++ids}`,
          onHeldBack: () => held++
        })
        for (const [index, { kind, pauseMs }] of steps.entries()) {
          const request = { scope: 'shell', command: `kind ${kind}` }
          window.offer({ ...denied, request, id: `msg_${index}` })
          await clock.advance(pauseMs)
        }
        window.flush()
        expect(delivered.reduce((sum, delivery) => sum + weight(delivery), 0)).toBe(steps.length)
        expect(delivered.filter(({ id }) => id.startsWith('msg_'))).toHaveLength(
          steps.length - held
        )
        expect(new Set(delivered.map(({ id }) => id)).size).toBe(delivered.length)
        expect(clock.timers).toBe(0)
      }
    ),
    { numRuns: 100 }
  )
})

test('a window remembers no more kinds than may pass', async () => {
  const clock = manualClock()
  let delivered = 0
  const window = createQuietWindow({
    quietMs: 1000,
    burst: 3,
    clock,
    deliver: () => delivered++,
    newId: () => 'x',
    onHeldBack: () => undefined
  })
  for (let number = 0; number < 10_000; number++) {
    window.offer({ ...denied, request: { scope: `${number}` }, id: 'x' })
  }
  await clock.advance(1000)
  expect(delivered).toBe(4)
})
