import { expect, test } from 'vitest'
import { createGather, type Gather } from '../../src/http/gather.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets peers ask so often, and resolves to who went on in each turn. */
async function turnsOf(gather: Gather, asked: readonly string[]): Promise<string[][]> {
  const turns: string[][] = []
  let now: string[] = []
  let left = asked.length
  for (const peer of asked) {
    void gather.join(peer).then(() => {
      now.push(peer)
      left--
    })
  }
  while (left > 0) {
    await turn()
    turns.push(now)
    now = []
  }
  return turns
}

test('those who ask in one turn go on together, step by step and in their order', async () => {
  const gather = createGather()
  const steps: string[] = []
  async function walk(name: string): Promise<void> {
    await gather.join('peer')
    steps.push(`${name} 1`)
    await undefined
    steps.push(`${name} 2`)
  }
  await Promise.all(['a', 'b', 'c'].map(walk))
  expect(steps).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2'])
})

test('however many ask, others have their turn in between, and nobody is forgotten', async () => {
  const turns = await turnsOf(createGather(), Array(1000).fill('a'))
  const went = turns.map(({ length }) => length).filter(Boolean)
  expect(went).toEqual([...Array(7).fill(128), 104])
})

test('who asks for little does not wait behind who asks for much', async () => {
  const turns = await turnsOf(createGather(), [...Array(1000).fill('much'), 'little', 'little'])
  const first = turns.find(({ length }) => length > 0) ?? []
  expect(first.slice(0, 4)).toEqual(['much', 'little', 'much', 'little'])
  expect(turns.flat()).toHaveLength(1002)
})

test('while clients connect, few go on at a time', async () => {
  const gather = createGather()
  gather.connected()
  const turns = await turnsOf(gather, Array(100).fill('a'))
  expect(turns.map(({ length }) => length).filter(Boolean)).toEqual([8, 92])
})

test('who asks while others go on goes with the next', async () => {
  const gather = createGather()
  const order: string[] = []
  const first = gather.join('a').then(() => {
    order.push('first')
    return gather.join('a').then(() => order.push('again'))
  })
  await Promise.all([first, gather.join('a').then(() => order.push('second'))])
  expect(order).toEqual(['first', 'second', 'again'])
})
