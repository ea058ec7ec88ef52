import { expect, test } from 'vitest'
import type { ServeOptions } from '../../src/serve/options.ts'
import { formatRequest, logAddress } from '../../src/serve/say.ts'

function said(options: Partial<ServeOptions>, isOpen = false): string {
  const lines: string[] = []
  logAddress({ apiKey: 'key', ...options } as ServeOptions, { port: 1, isOpen }, (line) =>
    lines.push(line)
  )
  return lines.join('\n')
}

test('the server says whether checks need a credential', () => {
  expect(said({ checkAuth: 'optional' })).toContain('Checks need no key')
  expect(said({ checkAuth: 'required' })).toContain('Checks need a credential')
})

test('a server without a key says that everybody on the machine may approve, but not where it has credentials', () => {
  const keyless = { apiKey: undefined, host: '127.0.0.1', checkAuth: 'optional' } as const
  expect(said(keyless, true)).toContain('WARNING: without an API key, every program')
  expect(said(keyless, false)).toContain('binding to 127.0.0.1:1 (localhost only)')
  expect(said(keyless, false)).not.toContain('every program')
})

test('a server that wants credentials for checks and has none says that it denies all', () => {
  const required = { apiKey: undefined, host: '127.0.0.1', checkAuth: 'required' } as const
  expect(said(required, true)).toContain('every check is denied')
  expect(said(required, false)).toContain('Checks need a credential')
})

test('a key that can be guessed is warned of, and not shown', () => {
  const guessable = 'swordfish'
  expect(said({ apiKey: guessable })).toContain('WARNING: the API key can be guessed')
  expect(said({ apiKey: guessable })).not.toContain(guessable)
  expect(said({ apiKey: '0123456789abcdef0123456789abcdef' })).not.toContain('WARNING')
})

test("the line of a request names the caller's trace, where it is one", () => {
  const line = (traceParent: string | undefined): string =>
    formatRequest({
      method: 'POST',
      target: '/v1/check?token=secret',
      durationMs: 1.25,
      status: 200,
      requestId: 'r-1',
      peer: '127.0.0.1',
      traceParent
    })
  const plain = 'POST /v1/check 1.250ms 200 r-1'
  expect(line(undefined)).toBe(plain)
  expect(line('00-nonsense\n')).toBe(plain)
  expect(line('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')).toBe(
    `${plain} trace=0af7651916cd43dd8448eb211c80319c`
  )
})
