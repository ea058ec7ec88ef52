import { expect, test } from 'vitest'
import type { ServeOptions } from '../../src/serve/options.ts'
import { logAddress } from '../../src/serve/say.ts'

function said(options: Partial<ServeOptions>): string {
  const lines: string[] = []
  logAddress({ apiKey: 'key', ...options } as ServeOptions, { port: 1 }, (line) => lines.push(line))
  return lines.join('\n')
}

test('the server says whether checks need a credential', () => {
  expect(said({ checkAuth: 'optional' })).toContain('Checks need no key')
  expect(said({ checkAuth: 'required' })).toContain('Checks need a credential')
})
