import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serveAnswers } from '../../../../test/support/serve-answers.ts'
import { createServerClient } from '../../src/client/server-client.ts'
import { run } from '../support/run.ts'

const titleChange = '\u001b]0;owned\u0007'

const answers: [name: string, listener: RequestListener, message: RegExp][] = [
  [
    'a web page',
    (_, response) => response.end('<!DOCTYPE html><p>Welcome'),
    /the answer is no JSON but a web page/
  ],
  ['nothing', (_, response) => response.end(), /the answer is no JSON but an empty answer/],
  ['other JSON', (_, response) => response.end('{"a":1}'), /the answer is not one of AgentGuard/],
  [
    'a web page with an error',
    (_, response) => response.writeHead(502).end('<html>Bad gateway</html>'),
    /a web page/
  ],
  [
    'control characters',
    (_, response) => response.writeHead(400).end(`no ${titleChange}`),
    /no \\x1b\]0;owned\\a/
  ],
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: 'http://evil.example/' }).end(),
    /redirects to http:\/\/evil\.example\//
  ],
  ['a broken answer', (_, response) => void response.socket?.destroy(), /broke the connection off/]
]

describe.each(answers)('a server that answers with %s', (_, listener, message) => {
  test.each([['approve', 'ap_1'], ['status'], ['audit'], ['pending']])(
    'makes %s fail and says so',
    async (...args) => {
      const url = await serveAnswers(listener)
      const { exit, out, err } = await run([...args, '--url', url, '--api-key', 'k'.repeat(40)])
      expect(exit).toBe(1)
      expect(err).toMatch(message)
      expect(out + err).not.toContain('OK')
      expect(out + err).not.toContain('\u001b')
    }
  )
})

test('an answer without an end is not read to its end', async () => {
  let sent = 0
  const url = await serveAnswers((_, response) => {
    const chunk = 'x'.repeat(65_536)
    const push = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
    }
    response.on('drain', push)
    push()
  })
  const client = createServerClient({ url, timeoutMs: 10_000, maxBytes: 1_000_000 })
  expect(await client.request('health')).toMatchObject({ ok: false, failure: { code: 'too_long' } })
  expect(sent).toBeLessThan(20_000_000)
})

test('an answer that never ends in time is given up', async () => {
  const url = await serveAnswers((_, response) => void response.write('{'))
  const { exit, err } = await run(['audit', '--url', url, '--timeout', '0.1'])
  expect(exit).toBe(1)
  expect(err).toMatch(/no answer within 0\.1 seconds\n {2}.*--timeout/)
})

test('what does not speak HTTP is told from what does', async () => {
  const server = createTcpServer((socket) => socket.end('220 mail.example ESMTP\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await run(['status', '--url', url])).err).toMatch(/does not speak HTTP/)
})

test('nobody there, and no such host, have different advice', async () => {
  const nobody = await run(['approve', 'ap_1', '--url', 'http://127.0.0.1:1234'])
  expect(nobody.exit).toBe(1)
  expect(nobody.err).toMatch(
    /^approve: http:\/\/127\.0\.0\.1:1234: nobody listens there\n {2}Start the server/
  )
  const unknown = await run(['audit', '--url', 'http://no-such-host.invalid', '--json'])
  expect(unknown.exit).toBe(1)
  expect(JSON.parse(unknown.err)).toMatchObject({
    code: 'unknown_host',
    next: expect.stringContaining('--url')
  })
})

test('the key goes nowhere but where it was meant to go', async () => {
  const seen: unknown[] = []
  const thief = await serveAnswers((request, response) => {
    seen.push(request.headers.authorization)
    response.end('[]')
  })
  const url = await serveAnswers((_, response) =>
    response.writeHead(307, { location: thief }).end()
  )
  await run(['audit', '--url', url, '--api-key', 'k'.repeat(40)])
  expect(seen).toEqual([])
})

test('a server that does not know times or orders is not believed', async () => {
  const entry = (timestamp: string): object => ({
    timestamp,
    session_id: '',
    agent_id: '',
    request: { scope: 'shell' },
    result: { decision: 'DENY', reason: '' },
    duration_ms: 0
  })
  const url = await serveAnswers((_, response) =>
    response.end(JSON.stringify([entry('2020-01-01T00:00:00Z'), entry('2020-01-02T00:00:00Z')]))
  )
  expect((await run(['audit', '--url', url])).exit).toBe(0)
  for (const line of [
    ['--since', '1h'],
    ['--until', '2019-01-01'],
    ['--order', 'desc']
  ]) {
    const { exit, err } = await run(['audit', '--url', url, ...line])
    expect([exit, err.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('the server cannot search its log by time or from its end')
    ])
  }
})
