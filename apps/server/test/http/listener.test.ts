import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createListener } from '../../src/http/create-listener.ts'
import type { Gather } from '../../src/http/gather.ts'
import { isLoopback } from '../../src/http/host-names.ts'
import { startServer } from '../../src/http/start-server.ts'
import { depsOf, type TestDeps } from '../support/deps.ts'
import { exchange, readAnswer } from '../support/exchange.ts'
import { listen } from '../support/listen.ts'
import { policyOf, policyText } from '../support/policy.ts'

const allowed = '{"scope":"shell","command":"ls -l"}'

function post(body: string, ...headers: string[]): string {
  return [
    'POST /v1/check HTTP/1.1',
    'Host: localhost',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...headers,
    '',
    body
  ].join('\r\n')
}

describe('a body', () => {
  test('is read from however many chunks', async () => {
    const chunks = [...allowed].map((character) => `1\r\n${character}\r\n`).join('')
    const head =
      'POST /v1/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
    const answer = await exchange(await listen(), `${head}${chunks}0\r\n\r\n`)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ decision: 'ALLOW' })
  })

  test('that says it is too large is refused before it is sent', async () => {
    const socket = connect(await listen(), '127.0.0.1')
    socket.write('POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1025\r\n\r\n')
    const answer = await readAnswer(socket)
    expect(answer.status).toBe(413)
    expect(answer.headers.get('connection')).toBe('close')
    expect(answer.body).toBe('Request body too large (limit 1024 bytes)\n')
  })

  test('that does not say so is refused as soon as it is, while the client still sends', async () => {
    const socket = connect(await listen(), '127.0.0.1')
    socket.on('error', () => {}) // the server closes while we write
    socket.write('POST /v1/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n')
    const chunk = `400\r\n${' '.repeat(1024)}\r\n`
    const answered = once(socket, 'readable')
    let isAnswered = false
    void answered.then(() => {
      isAnswered = true
    })
    while (!isAnswered && socket.write(chunk)) await new Promise(setImmediate)
    const answer = await readAnswer(socket)
    expect(answer.status).toBe(413)
    expect(answer.headers.get('vary')).toBe('Origin')
    expect(answer.body).toBe('Request body too large (limit 1024 bytes)\n')
  })

  test('of two requests at once is answered in order', async () => {
    const port = await listen()
    const first = post(allowed).replace('Connection: close\r\n', '')
    const socket = connect(port, '127.0.0.1')
    socket.end(first + post('{"scope":"shell","command":"rm x"}'))
    let text = ''
    for await (const chunk of socket.setEncoding('utf8')) text += chunk
    expect(text.match(/"decision":"\w+"/g)).toEqual(['"decision":"ALLOW"', '"decision":"DENY"'])
  })

  test('that is never finished ends the connection, and nothing else', async () => {
    const port = await listen({}, { headersMs: 100, requestMs: 100 })
    const socket = connect(port, '127.0.0.1')
    socket.write('POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"sc')
    expect((await readAnswer(socket)).status).toBe(408)
    expect((await exchange(port, post(allowed))).status).toBe(200)
  })

  test('of a client that goes away is forgotten', async () => {
    const faults: unknown[] = []
    const port = await listen({ onFault: (error) => void faults.push(error) })
    for (const target of ['/v1/check', '/v1/check?through=hono']) {
      const socket = connect(port, '127.0.0.1')
      socket.write(`POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"sc`)
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    expect((await exchange(port, post(allowed))).status).toBe(200)
    expect(faults).toEqual([])
  })
})

test('who waits for a person and closes its side is not waited for', async () => {
  const port = await listen()
  const asked = await exchange(port, post('{"scope":"shell","command":"npm install"}'))
  const { approval_id } = JSON.parse(asked.body) as { readonly approval_id: string }
  const wait = `GET /v1/wait/${approval_id}?timeout=60s HTTP/1.1\r\nHost: localhost\r\n\r\n`
  // It would take a minute.
  expect((await exchange(port, wait)).body).toBe('')
})

test('requests that are sent without waiting for answers make no noise', async () => {
  const warnings: Error[] = []
  const listener = (warning: Error): void => void warnings.push(warning)
  process.on('warning', listener)
  onTestFinished(() => void process.off('warning', listener))
  const port = await listen()
  const asked = await exchange(port, post('{"scope":"shell","command":"npm install"}'))
  const { approval_id } = JSON.parse(asked.body) as { readonly approval_id: string }
  const wait = `GET /v1/wait/${approval_id}?timeout=60s HTTP/1.1\r\nHost: localhost\r\n\r\n`
  await exchange(port, wait.repeat(20))
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
})

test('a client that does not finish its headers is cut off', async () => {
  const socket = connect(await listen({}, { headersMs: 100 }), '127.0.0.1')
  socket.write('POST /v1/check HTTP/1.1\r\nHost: local')
  expect((await readAnswer(socket)).status).toBe(408)
})

describe('a request that can be read in two ways', () => {
  const refused: [name: string, request: string][] = [
    ['two hosts', 'GET /health HTTP/1.1\r\nHost: localhost\r\nhOst: localhost\r\n\r\n'],
    [
      'a whole URL as its target',
      'GET http://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n'
    ],
    ['no path as its target', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n'],
    [
      'two lengths',
      'POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'
    ],
    [
      'a length and chunks',
      'POST /v1/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}'
    ]
  ]
  test.each(refused)('with %s is refused', async (_, request) => {
    expect((await exchange(await listen(), request)).status).toBe(400)
  })
})

describe('without an API key', () => {
  const get = (host: string): string =>
    `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`

  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:8080',
    '127.0.0.1',
    '127.0.0.1:8080',
    '[::1]:8080',
    '[::1]'
  ])('a request for %s is answered', async (host) => {
    expect((await exchange(await listen({ isOurHost: isLoopback }), get(host))).status).toBe(200)
  })

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'localhost@evil.example',
    '127.0.0.1.evil.example',
    '192.168.1.2',
    '0.0.0.0',
    '[::]',
    ''
  ])('a request for %j is refused, as a page of another site could send it', async (host) => {
    const answer = await exchange(await listen({ isOurHost: isLoopback }), get(host))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.body).toMatch(/^This server does not answer for the host .* \(DNS rebinding\)/)
  })

  test('a server with a key that answers for some hosts does not say that it has none', async () => {
    const port = await listen({ apiKey: 'key', isOurHost: (name) => name === 'guard.example' })
    expect((await exchange(port, get('guard.example'))).status).toBe(200)
    const { body } = await exchange(port, get('evil.example'))
    expect(body).toContain('--allowed-host')
    expect(body).not.toMatch(/^Without an API key/)
  })

  test('a check for another host is denied: some clients take an error for a yes', async () => {
    const port = await listen({ isOurHost: isLoopback })
    const answer = await exchange(port, post(allowed).replace('localhost', 'evil.example'))
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:server:host'
    })
  })

  test.each(['/livez', '/readyz'])(
    '%s is answered for any host: probes ask by address',
    async (path) => {
      const port = await listen({ isOurHost: isLoopback })
      const { status } = await exchange(port, `GET ${path} HTTP/1.1\r\nHost: 10.1.2.3:8080\r\n\r\n`)
      expect(status).not.toBe(403)
    }
  )

  test('a probe of the old protocol, which names no host, is answered', async () => {
    const port = await listen({ isOurHost: isLoopback })
    expect((await exchange(port, 'GET /health HTTP/1.0\r\n\r\n')).status).toBe(200)
  })
})

describe('a path that needs cleaning', () => {
  const redirects: [target: string, location: string][] = [
    ['//v1//check', '/v1/check'],
    ['/v1/../v1/check?a=//b', '/v1/check?a=//b'],
    ['/v1/./check', '/v1/check'],
    ['/v1/%2e%2E/health', '/health'],
    ['//evil.example/', '/evil.example/'],
    ['/v1/check//', '/v1/check/']
  ]
  test.each(redirects)('%s is redirected to %s, with its method', async (target, location) => {
    const request = post(allowed).replace('/v1/check', target)
    const answer = await exchange(await listen(), request)
    expect(answer.status).toBe(307)
    expect(answer.headers.get('location')).toBe(location)
  })

  test('a browser that asks first is answered and not redirected: it follows no redirect then', async () => {
    const request =
      'OPTIONS //v1//check HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n\r\n'
    const answer = await exchange(await listen(), request)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000')
  })

  test('a client that follows the redirect gets its verdict', async () => {
    const port = await listen()
    const init = { method: 'POST', body: allowed }
    const response = await fetch(`http://127.0.0.1:${port}//v1//check`, init)
    expect(await response.json()).toMatchObject({ decision: 'ALLOW' })
  })
})

test('whoever watches answers and throws is reported, and the next request is answered', async () => {
  const faults: unknown[] = []
  const port = await listen({
    onAnswer() {
      throw new Error('the watcher failed')
    },
    onFault: (error) => faults.push(error)
  })
  for (const _ of [1, 2]) expect((await exchange(port, post(allowed))).status).toBe(200)
  expect(faults.map(String)).toEqual(Array(2).fill('Error: the watcher failed'))
})

describe('requests that are no checks', () => {
  const get = (target: string): string =>
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 2001:db8::1\r\nConnection: close\r\n\r\n`

  async function serve(others: Gather, deps: TestDeps = {}): Promise<number> {
    const all = await depsOf({ trustedProxies: ['127.0.0.1'], ...deps })
    const listener = createListener({ ...all, others })
    const server = await startServer({ listener, port: 0, host: '127.0.0.1' })
    onTestFinished(() => server.close(0))
    return server.port
  }

  test('take turns by peer: a flood of /metrics kept others out, since only checks did', async () => {
    const joined: string[] = []
    const port = await serve({ join: async (peer) => void joined.push(peer), connected() {} })
    const targets = ['/health', '/metrics', '/openapi.json', '/v1/status/x', '/nowhere']
    for (const target of targets) await exchange(port, get(target))
    expect(joined).toEqual(targets.map(() => '2001:db8:0:0::/64'))
  })

  test('are not worked on for who has gone before their turn', async () => {
    const turn = Promise.withResolvers<void>()
    const waits = Promise.withResolvers<void>()
    const answered: string[] = []
    const port = await serve(
      {
        join(peer) {
          waits.resolve()
          return peer === '127.0.0.1' ? Promise.resolve() : turn.promise
        },
        connected() {}
      },
      {
        health(tenant = 'local') {
          answered.push(tenant)
          return { status: 'ok', version: '1', tenant, uptime_seconds: 1, warnings: [] }
        },
        tenants: { acme: policyOf(policyText) }
      }
    )
    const gone = connect(port, '127.0.0.1')
    gone.write(get('/v1/t/acme/health'))
    await waits.promise
    gone.destroy()
    await once(gone, 'close')
    await exchange(port, 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    turn.resolve()
    await exchange(port, 'GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(answered).toEqual(['local', 'local'])
  })
})
