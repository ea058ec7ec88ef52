import { expect, test } from 'vitest'
import { createOpened } from '../../src/serve/opened.ts'

test('what was opened last is closed first, and what fails holds up nothing else', async () => {
  const closed: string[] = []
  const opened = createOpened()
  opened.defer(async () => closed.push('first'))
  opened.defer(() => {
    throw new Error('second')
  })
  opened.defer(() => closed.push('third'))
  await expect(opened.close()).rejects.toThrow('second')
  expect(closed).toEqual(['third', 'first'])
  await opened.close()
  expect(closed).toHaveLength(2)
})
