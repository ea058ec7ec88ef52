import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../../..')
const page = readFileSync(join(root, 'docs/sdk-adapters.md'), 'utf8')

/** The programs of the page that say which story they are from. The stories are compiled and run by other tests. */
const snippets = [...page.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, story = '', text = '']) => ({ story, text })
)

const flat = (text: string): string => text.replace(/^ +/gm, '').trim()

test('every program of the page says which story it is from', () => {
  expect(snippets).toHaveLength(page.match(/^```ts/gm)?.length ?? 0)
})

test.each(snippets)('what the page shows of $story is in it', ({ story, text }) => {
  expect(flat(readFileSync(join(root, story), 'utf8'))).toContain(flat(text))
})

test.each(globSync('examples/adapters/*.ts', { cwd: root }))('the page leads to %s', (file) => {
  if (!file.endsWith('/serve.ts')) expect(page).toContain(`](../${file})`)
})

test('the page names every subpath of an adapter', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages/sdk/package.json'), 'utf8')) as {
    exports: Record<string, string>
  }
  const adapters = Object.entries(manifest.exports).filter(([, file]) => file.includes('adapters'))
  const missing = adapters.filter(([path]) => !page.includes(`@agentguard/sdk${path.slice(1)}\``))
  expect(missing).toEqual([])
})
