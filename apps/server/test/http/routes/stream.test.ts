import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, expect, test } from 'vitest'
import type { Env } from '../../../src/http/request-facts.ts'
import { streamRoutes } from '../../../src/http/routes/stream.ts'
import { keyAuth } from '../../support/key-auth.ts'
import { type OpenFeed, openFeed, parseEvents, type ReadEvent } from '../../support/open-feed.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(open: OpenFeed): Promise<number> {
  const app = new Hono<Env>().route(
    '/',
    streamRoutes({
      auth: keyAuth('secret'),
      hasTenant: (tenant) => ['local', 'acme'].includes(tenant),
      feed: open.feed
    })
  )
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  // As in start-server.ts: an answer that nobody takes is cut. Streams must not be.
  server.timeout = 50
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

interface Stream {
  readonly response: IncomingMessage
  received(count: number): Promise<ReadEvent[]>
  readonly ended: Promise<void>
}

async function open(port: number, path: string, headers = {}): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { port, path, headers: { Authorization: 'Bearer secret', ...headers } }
    get(options, resolve).on('error', reject)
  })
  let text = ''
  let wake = (): void => {}
  response.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
    wake()
  })
  return {
    response,
    async received(count) {
      while (parseEvents(text).length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return parseEvents(text)
    },
    ended: new Promise((resolve) => response.on('end', resolve))
  }
}

test('the stream has the headers of AgentGuard 1.0, at once', async () => {
  const port = await listen(await openFeed())
  const { response } = await open(port, '/api/stream')
  expect(response.statusCode).toBe(200)
  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
    'x-accel-buffering': 'no'
  })
})

test('weakness 43: a stream outlives the time limit of other answers, and loses no event', async () => {
  const opened = await openFeed({ limits: { heartbeatMs: 20 } })
  const port = await listen(opened)
  const stream = await open(port, '/api/stream')
  const socket = stream.response.socket
  // The server's own limit passes while nothing but heartbeats is sent.
  let beats = 0
  await new Promise<void>((resolve) => {
    stream.response.on('data', (chunk: string) => {
      beats += chunk.split('\n:').length - 1 + (chunk.startsWith(':') ? 1 : 0)
      if (beats >= 5) resolve()
    })
  })
  await opened.check()
  expect(await stream.received(1)).toHaveLength(1)
  expect(socket.destroyed).toBe(false)
  opened.feed.close()
})

test('an EventSource that comes back with Last-Event-ID gets what it missed', async () => {
  const opened = await openFeed()
  const port = await listen(opened)
  const first = await opened.check()
  const second = await opened.check()
  const stream = await open(port, '/api/stream', { 'Last-Event-ID': String(first) })
  expect(await stream.received(1)).toMatchObject([{ id: String(second) }])
  const other = await open(port, `/api/stream?last_event_id=${first}`)
  expect(await other.received(1)).toMatchObject([{ id: String(second) }])
})

test('weakness 43: closing the feed ends open streams at once', async () => {
  const opened = await openFeed()
  const port = await listen(opened)
  const streams = await Promise.all([open(port, '/api/stream'), open(port, '/api/stream')])
  opened.feed.close()
  await Promise.all(streams.map(({ ended }) => ended))
})

test('a client that goes away makes room', async () => {
  const opened = await openFeed()
  const port = await listen(opened)
  const { response } = await open(port, '/api/stream')
  expect(opened.feed.size()).toBe(1)
  response.destroy()
  while (opened.feed.size() > 0) await new Promise(setImmediate)
})

test('when there is no more room, the answer is 503', async () => {
  const opened = await openFeed({ limits: { maxSubscribers: 1 } })
  const port = await listen(opened)
  await open(port, '/api/stream')
  const { response } = await open(port, '/api/stream')
  expect(response.statusCode).toBe(503)
  expect(response.headers['retry-after']).toBe('5')
})

test('HEAD is answered and holds no place', async () => {
  const opened = await openFeed()
  const port = await listen(opened)
  const answer = await fetch(`http://127.0.0.1:${port}/api/stream`, {
    method: 'HEAD',
    headers: { Authorization: 'Bearer secret' }
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  expect(opened.feed.size()).toBe(0)
})

test.each([
  ['GET', '/api/stream', {}, 401],
  ['GET', '/v1/t/acme/api/stream', {}, 401],
  ['GET', '/v1/t/nobody/api/stream', { Authorization: 'Bearer secret' }, 404],
  ['POST', '/v1/t/acme/api/stream', { Authorization: 'Bearer secret' }, 405]
])('%s %s with %j is answered %i', async (method, path, headers, status) => {
  const port = await listen(await openFeed())
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })
  expect(answer.status).toBe(status)
  await answer.body?.cancel()
})

test('a tenant has its own stream', async () => {
  const opened = await openFeed()
  const port = await listen(opened)
  const stream = await open(port, '/v1/t/acme/api/stream')
  await opened.check({ request: { scope: 'shell', command: 'ours' } })
  await opened.check({ tenant_id: 'acme' })
  expect((await stream.received(1))[0]?.data).toMatchObject({ tenant: 'acme' })
})
