import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createNotifier, type NotifierEvent, verifyWebhook } from '../src/index.ts'
import { asked, denied, deniedAt, settings, target } from './fixtures.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const retry = { attempts: 4, firstMs: 5, maxMs: 20 }
const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly url: string | undefined
}

/** A server on loopback that answers as told, and what it received. */
async function listen(answer: (response: ServerResponse, count: number) => void) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push({ headers: request.headers, body, url: request.url })
    answer(response, received.length)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, received }
}

const ok = (response: ServerResponse) => response.end('ok')

function start(targets: readonly ReturnType<typeof target>[]) {
  const events: NotifierEvent[] = []
  const notifier = createNotifier({
    tenants: new Map([['local', settings(targets, targets)]]),
    redact: (value) => value,
    retry,
    onEvent: (event) => events.push(event)
  })
  return { notifier, events }
}

describe('over HTTP', () => {
  test('a webhook arrives, and its signature verifies', async () => {
    const { url, received } = await listen(ok)
    const { notifier } = start([target('webhook', `${url}/hook`, { secret })])
    notifier.notify(asked)
    await notifier.close()
    const [{ headers, body } = { headers: {}, body: '' }] = received
    expect(headers['content-type']).toBe('application/json')
    expect(headers['user-agent']).toBe('AgentGuard/1.0')
    const seen = new Set<string>()
    const check = () =>
      verifyWebhook({
        headers,
        body,
        secrets: [secret],
        now: Date.now(),
        wasReceived: (id) => seen.size === seen.add(id).size
      })
    expect(check()).toMatchObject({ ok: true })
    expect(check()).toEqual({ ok: false, reason: 'repeated' })
  })

  test('a Slack message arrives', async () => {
    const { url, received } = await listen(ok)
    const { notifier } = start([target('slack', url)])
    notifier.notify(denied)
    await notifier.close()
    expect(JSON.parse(received[0]?.body ?? '').attachments[0].footer).toBe('AgentGuard')
    expect(received[0]?.headers['content-type']).toBe('application/json')
  })

  // performance.md test 41, weakness 54
  test.each([301, 302, 303, 307, 308])('a redirect with %i is not followed', async (status) => {
    const other = await listen(ok)
    const { url, received } = await listen((response) =>
      response.writeHead(status, { location: other.url }).end()
    )
    const { notifier, events } = start([target('webhook', url), target('slack', url)])
    notifier.notify(denied)
    await notifier.close()
    expect(received).toHaveLength(2)
    expect(other.received).toEqual([])
    expect(events.filter(({ type }) => type === 'attempt_failed')).toMatchObject([
      { reason: `status_${status}` },
      { reason: `status_${status}` }
    ])
  })

  test('a server that flaps gets everything, once, in order', async () => {
    const { url, received } = await listen((response, count) =>
      response.writeHead(count % 3 === 1 ? 503 : 200).end()
    )
    const { notifier, events } = start([target('webhook', url)])
    for (let number = 0; number < 10; number++) notifier.notify(deniedAt(number))
    await notifier.close()
    expect(events.filter(({ type }) => type === 'delivered')).toHaveLength(10)
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(10)
    const paths = received.map(({ body }) => JSON.parse(body).request.path)
    expect([...new Set(paths)]).toEqual(Array.from({ length: 10 }, (_, index) => `/etc/${index}`))
  })

  test('a server that cuts the connection is tried again', async () => {
    const { url, received } = await listen((response, count) =>
      count === 1 ? response.destroy() : ok(response)
    )
    const { notifier, events } = start([target('webhook', url)])
    notifier.notify(denied)
    await notifier.close()
    expect(received).toHaveLength(2)
    expect(events.map(({ type }) => type)).toEqual(['attempt_failed', 'delivered'])
  })

  test('a server that answers slowly holds up no other, and is cut off in time', async () => {
    const slow = await listen(() => undefined)
    const fast = await listen(ok)
    const { notifier, events } = start([
      target('webhook', slow.url, { timeoutMs: 30 }),
      target('webhook', fast.url)
    ])
    notifier.notify(denied)
    await notifier.close()
    expect(fast.received).toHaveLength(1)
    expect(slow.received).toHaveLength(4)
    expect(events.find(({ type }) => type === 'delivered')).toMatchObject({ attempts: 1 })
    expect(events.at(-1)).toMatchObject({ type: 'lost', reason: 'failed' })
  })

  test('a server that is not there is a failure with a code', async () => {
    const { url } = await listen(ok)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    const { notifier, events } = start([target('webhook', `${url}/SECRET`)])
    notifier.notify(denied)
    await notifier.close()
    expect(events[0]).toMatchObject({ type: 'attempt_failed', reason: 'ECONNREFUSED' })
    expect(JSON.stringify(events)).not.toContain('SECRET')
  })

  test('an endless answer is not read', async () => {
    const { url } = await listen((response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1)
      response.on('close', () => clearInterval(timer))
    })
    const { notifier, events } = start([target('webhook', url)])
    notifier.notify(denied)
    await notifier.close()
    expect(events).toMatchObject([{ type: 'delivered' }])
  })
})
