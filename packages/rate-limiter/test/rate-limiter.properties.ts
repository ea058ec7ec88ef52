import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RateLimit } from '../src/index.ts'
import type { CreateRateLimiter } from './rate-limiter.contract.ts'

interface Step {
  readonly agent: string
  /** Of the clock; it may go back. */
  readonly by: number
}

const windowMs = 100
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    agent: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    by: fc.oneof(fc.constant(0), fc.integer({ min: -250, max: 250 }), fc.nat(30))
  }),
  { minLength: 20, maxLength: 150 }
)
const max = fc.integer({ min: 1, max: 3 })
const burst = fc.integer({ min: 1, max: 5 })
const maxKeys = fc.constantFrom(3, 6, 1000)
const numRuns = 150

/** What holds for every limiter, whoever asks in whatever order. */
export function rateLimiterProperties(create: CreateRateLimiter): void {
  describe('properties', () => {
    test('never more than `max` per window, whatever the clock and the other keys do', () =>
      fc.assert(
        fc.asyncProperty(steps, max, maxKeys, async (sequence, max, maxKeys) => {
          const { admitted, earliest, latest } = await run(
            create,
            { maxKeys },
            { max, windowMs },
            sequence
          )
          const windows = 1 + Math.floor((latest - earliest) / windowMs)
          for (const times of admitted.values()) {
            expect(times.length).toBeLessThanOrEqual(max * windows)
          }
        }),
        { numRuns }
      ))

    test('never more than 2 × `max` in the length of a window', () =>
      fc.assert(
        fc.asyncProperty(steps, max, maxKeys, async (sequence, max, maxKeys) => {
          const limit = { max, windowMs }
          const { admitted } = await run(create, { maxKeys }, limit, sequence.map(forward))
          for (const times of admitted.values()) expectWithinEdge(times, limit)
        }),
        { numRuns }
      ))

    test('a token bucket admits at most burst + rate × time, in any stretch of time', () =>
      fc.assert(
        fc.asyncProperty(steps, max, burst, maxKeys, async (sequence, max, burst, maxKeys) => {
          const limit = { max, windowMs, burst }
          const { admitted } = await run(create, { maxKeys }, limit, sequence.map(forward))
          for (const times of admitted.values()) expectWithinBurst(times, limit)
        }),
        { numRuns }
      ))

    test('with room for all keys it admits what an unbounded window would', () =>
      fc.assert(
        fc.asyncProperty(steps, max, async (sequence, max) => {
          const { admitted } = await run(
            create,
            undefined,
            { max, windowMs },
            sequence.map(forward)
          )
          expect(admitted).toEqual(unboundedWindows(sequence.map(forward), max))
        }),
        { numRuns }
      ))
  })
}

function forward({ agent, by }: Step): Step {
  return { agent, by: Math.abs(by) }
}

/** Runs a sequence, and tells when each key was admitted and how far the clock went. */
async function run(
  create: CreateRateLimiter,
  options: { readonly maxKeys: number } | undefined,
  limit: RateLimit,
  sequence: readonly Step[]
) {
  const limiter = create(options)
  const admitted = new Map<string, number[]>()
  const times: number[] = []
  let now = 0
  for (const { agent, by } of sequence) {
    now += by
    times.push(now)
    const take = await limiter.take({ tenant: 'local', scope: 'shell', agent }, limit, now)
    if (take.ok) note(admitted, agent, now)
  }
  return { admitted, earliest: Math.min(...times), latest: Math.max(...times) }
}

/** Windows as they are defined, with nothing forgotten. */
function unboundedWindows(sequence: readonly Step[], max: number): Map<string, number[]> {
  const windows = new Map<string, { start: number; left: number }>()
  const admitted = new Map<string, number[]>()
  let now = 0
  for (const { agent, by } of sequence) {
    now += by
    const window = windows.get(agent) ?? { start: now, left: max }
    windows.set(agent, window)
    const elapsed = Math.floor((now - window.start) / windowMs)
    window.start += elapsed * windowMs
    if (elapsed > 0) window.left = max
    if (window.left === 0) continue
    window.left--
    note(admitted, agent, now)
  }
  return admitted
}

function note(admitted: Map<string, number[]>, agent: string, now: number): void {
  const times = admitted.get(agent)
  if (times) times.push(now)
  else admitted.set(agent, [now])
}

function expectWithinEdge(times: readonly number[], { max, windowMs }: RateLimit): void {
  for (const [first, start] of times.entries()) {
    const after = times.slice(first).filter((time) => time < start + windowMs)
    expect(after.length).toBeLessThanOrEqual(2 * max)
  }
}

function expectWithinBurst(
  times: readonly number[],
  { max, windowMs, burst = 0 }: RateLimit
): void {
  for (const [first, start] of times.entries()) {
    for (const [more, time] of times.slice(first).entries()) {
      expect(more + 1).toBeLessThanOrEqual(burst + (max * (time - start)) / windowMs)
    }
  }
}
