import type * as crypto from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { memoryAccess, secretMatcher } from '../src/index.ts'

const compared = vi.hoisted(() => [] as number[][])

// It listens and changes nothing: how long a comparison takes can only be trusted by how it is made.
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>()
  return {
    ...real,
    timingSafeEqual(one: Buffer, other: Buffer) {
      compared.push([one.length, other.length])
      return real.timingSafeEqual(one, other)
    }
  }
})

test('weakness 10: the API key is compared in constant time, and its length does not show', () => {
  compared.length = 0
  const matches = secretMatcher('the key')
  for (const guess of ['', 'x', 'the key', 'a guess that is much longer']) matches(guess)
  expect(compared).toEqual(Array(4).fill([32, 32]))
})

test('the hashes of secrets are compared in constant time', async () => {
  const { credentials } = memoryAccess()
  const created = await credentials.create({ role: 'admin', name: 'root' })
  if (!created.ok) throw new Error('refused')
  compared.length = 0
  credentials.authenticate(created.secret)
  expect(compared).toEqual([[64, 64]])
})
