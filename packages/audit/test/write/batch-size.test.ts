import { expect, test } from 'vitest'
import { createBatchSize } from '../../src/write/batch-size.ts'

test('all that wait are written together while nothing is known of the disk, or it is slow', () => {
  const size = createBatchSize(512)
  expect(size.next(64, 0)).toBe(64)
  size.took(10)
  expect(size.next(64, 0)).toBe(64)
  expect(size.next(600, 0)).toBe(512)
})

test('half of them are when the disk is done sooner than the process, and both halves stay alike', () => {
  const size = createBatchSize(512)
  size.took(0.2)
  expect(size.next(64, 0)).toBe(32)
  expect(size.next(32, 32)).toBe(32)
  expect(size.next(1, 63)).toBe(32)
  expect(size.next(8, 2)).toBe(8)
  expect(size.next(1, 0)).toBe(1)
})

test('a disk that becomes slow is noticed after a while, one that becomes fast at once', () => {
  const size = createBatchSize(512)
  size.took(0.2)
  for (let i = 0; i < 20; i++) size.took(5)
  expect(size.next(64, 0)).toBe(64)
  size.took(0.2)
  expect(size.next(64, 0)).toBe(32)
})
