import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Each is a program; what several of them need is in a `serve.ts`. */
const stories = globSync('examples/*/*.ts', { cwd: root }).filter(
  (file) => !file.endsWith('/serve.ts')
)

test('there are examples', () => {
  expect(stories).not.toEqual([])
})

test.each(stories)('%s ends as it says', async (file) => {
  const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: root })
  expect(stdout).not.toBe('')
})
