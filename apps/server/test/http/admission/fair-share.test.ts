import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFairShare } from '../../../src/http/admission/fair-share.ts'

const takes = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), amount: fc.integer({ min: 1, max: 30 }) }),
  { maxLength: 200 }
)

test('no more than there is is ever taken, and what is given back is free again', () => {
  fc.assert(
    fc.property(takes, fc.integer({ min: 1, max: 100 }), (asked, limit) => {
      const share = createFairShare(limit)
      const taken = asked.filter(({ key, amount }) => share.take(key, amount))
      const sum = taken.reduce((total, { amount }) => total + amount, 0)
      expect(share.used).toBe(sum)
      expect(sum).toBeLessThanOrEqual(limit)
      for (const { key, amount } of taken) share.give(key, amount)
      expect(share.used).toBe(0)
      expect(share.take('e', limit)).toBe(true)
    })
  )
})

test('whoever takes one by one as much as possible leaves something to everybody who comes later', () => {
  const share = createFairShare(100)
  const drain = (key: string): number => {
    let count = 0
    while (share.take(key, 1)) count++
    return count
  }
  expect([drain('a'), drain('b'), drain('c')]).toEqual([50, 25, 13])
  expect(share.take('late', 1)).toBe(true)
})
