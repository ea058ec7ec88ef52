import { expect, test } from 'vitest'
import type { ServeOptions } from '../../src/serve/options.ts'
import { formatRequest, logAddress } from '../../src/serve/say.ts'

function said(options: Partial<ServeOptions>): string {
  const lines: string[] = []
  logAddress({ apiKey: 'key', ...options } as ServeOptions, { port: 1 }, (line) => lines.push(line))
  return lines.join('\n')
}

test('the server says whether checks need a credential', () => {
  expect(said({ checkAuth: 'optional' })).toContain('Checks need no key')
  expect(said({ checkAuth: 'required' })).toContain('Checks need a credential')
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
