import { expect, test } from 'vitest'
import { createGather } from '../../src/http/gather.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('those who ask in one turn go on together, step by step and in their order', async () => {
  const gather = createGather()
  const steps: string[] = []
  async function walk(name: string): Promise<void> {
    await gather()
    steps.push(`${name} 1`)
    await undefined
    steps.push(`${name} 2`)
  }
  await Promise.all(['a', 'b', 'c'].map(walk))
  expect(steps).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2'])
})

test('however many ask, others have their turn in between, and nobody is forgotten', async () => {
  const gather = createGather()
  let released = 0
  const all = Promise.all(Array.from({ length: 1000 }, () => gather().then(() => released++)))
  const seen: number[] = []
  while (released < 1000) {
    await turn()
    seen.push(released)
  }
  await all
  expect(seen.length).toBeGreaterThanOrEqual(8)
  expect(Math.max(...seen.map((now, at) => now - (seen[at - 1] ?? 0)))).toBeLessThanOrEqual(128)
})

test('who asks while others are released goes with the next', async () => {
  const gather = createGather()
  const order: string[] = []
  const first = gather().then(() => {
    order.push('first')
    return gather().then(() => order.push('again'))
  })
  await Promise.all([first, gather().then(() => order.push('second'))])
  expect(order).toEqual(['first', 'second', 'again'])
})
