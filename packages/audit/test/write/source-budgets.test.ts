import { expect, test } from 'vitest'
import { createSourceBudgets } from '../../src/write/source-budgets.ts'

const hourMs = 3_600_000

test('a source that has used up its budget is refused until it fills up again; others are not', () => {
  const budgets = createSourceBudgets({ burstBytes: 100, bytesPerHour: 60, maxSources: 10 })
  expect(budgets.take('a', 100, 0)).toBe(true)
  expect(budgets.take('a', 1, 0)).toBe(false)
  expect(budgets.take('b', 100, 0)).toBe(true)
  expect(budgets.take('a', 30, hourMs / 2)).toBe(true)
  expect(budgets.take('a', 1, hourMs / 2)).toBe(false)
  expect(budgets.take('a', 1, 0)).toBe(false)
  expect(budgets.takeRefusals()).toEqual([{ source: 'a', refused: 3 }])
  expect(budgets.takeRefusals()).toEqual([])
})

test('with a million names nobody gets more than one shared budget, and no budget of others is forgotten', () => {
  const budgets = createSourceBudgets({ burstBytes: 100, bytesPerHour: 0, maxSources: 50 })
  expect(budgets.take('victim', 100, 0)).toBe(true)
  let taken = 0
  for (let i = 0; i < 1_000_000; i++) if (budgets.take(`sybil-${i}`, 100, i)) taken++
  expect(taken).toBeLessThanOrEqual(50)
  expect(budgets.take('victim', 1, 1_000_000)).toBe(false)
  expect(budgets.takeRefusals().map(({ source }) => source)).toEqual(['*', 'victim'])
})
