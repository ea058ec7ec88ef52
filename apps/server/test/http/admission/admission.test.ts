import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RefusalReason } from '../../../src/http/admission/admission.ts'
import { createRefusalCounts } from '../../../src/http/admission/count-refusals.ts'
import { exchange, readAnswer } from '../../support/exchange.ts'
import { listen } from '../../support/listen.ts'

const body = '{"scope":"shell","command":"ls -l"}'

function request(peer: string, { target = '/v1/check', sent = body } = {}): string {
  return `POST ${target} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${peer}\r\nContent-Length: ${sent.length}\r\nConnection: close\r\n\r\n${sent}`
}

/** A request whose body does not arrive, until the test is over. */
async function hang(port: number, peer: string, target?: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.write(request(peer, { ...(target ? { target } : {}) }).slice(0, -5))
  return socket
}

interface Verdict {
  readonly decision: string
  readonly matched_rule?: string
}

async function check(port: number, peer: string): Promise<Verdict & { readonly status: number }> {
  const { status, body: answer } = await exchange(port, request(peer))
  return { status, ...(JSON.parse(answer) as Verdict) }
}

const trustedProxies = ['127.0.0.1']
const overload = { status: 200, decision: 'DENY', matched_rule: 'deny:server:overload' }

describe('a flood', () => {
  test('of requests that are under way is refused with verdicts, and denies nobody else', async () => {
    const refused: RefusalReason[] = []
    const onRefused = (reason: RefusalReason): void => void refused.push(reason)
    const port = await listen({ trustedProxies, limits: { maxInFlight: 8, onRefused } })
    for (let count = 0; count < 4; count++) await hang(port, '10.0.0.1')
    // Those four are the flooder's share.
    let flooder = await check(port, '10.0.0.1')
    while (flooder.decision === 'ALLOW') flooder = await check(port, '10.0.0.1')
    expect(flooder).toMatchObject(overload)
    expect(await check(port, '10.0.0.2')).toMatchObject({ decision: 'ALLOW' })
    expect(refused).toContain('in_flight')
    const other = await exchange(port, request('10.0.0.1', { target: '/v1/approve/x' }))
    expect(other.status).toBe(503)
    expect(other.headers.get('retry-after')).toBe('1')
  })

  test('of requests in a second is refused, by peer', async () => {
    const port = await listen({ trustedProxies, limits: { peerRate: 2 } })
    // At once: whoever is refused is answered late, and more is allowed by then.
    const eight = Array.from({ length: 8 })
    const answers = await Promise.all(eight.map(() => check(port, '10.0.0.1')))
    expect(answers.some(({ matched_rule }) => matched_rule === 'deny:server:overload')).toBe(true)
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await check(port, '10.0.0.2')).toMatchObject({ decision: 'ALLOW' })
    const others = await Promise.all(
      eight.map(() => exchange(port, request('10.0.0.1', { target: '/v1/status/x' })))
    )
    const refused = others.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('of actions of one agent is refused, and other agents are not', async () => {
    const port = await listen({ limits: { agentRate: 2 } })
    const ask = async (agent_id: string) => {
      const sent = JSON.stringify({ scope: 'shell', command: 'ls -l', agent_id })
      return JSON.parse((await exchange(port, request('x', { sent }))).body) as Verdict
    }
    const answers = []
    for (let count = 0; count < 6; count++) answers.push(await ask('loud'))
    expect(answers).toContainEqual(
      expect.objectContaining({ matched_rule: 'deny:server:overload' })
    )
    expect(await ask('quiet')).toMatchObject({ decision: 'ALLOW' })
  })

  test('of bodies is refused, and leaves memory for others', async () => {
    const port = await listen({
      trustedProxies,
      maxBodyBytes: 4000,
      limits: { maxBodyMemoryBytes: 400 }
    })
    const long = (peer: string, size: number) =>
      exchange(port, request(peer, { sent: body.padEnd(size) }))
    expect(JSON.parse((await long('10.0.0.1', 401)).body)).toMatchObject({
      matched_rule: 'deny:server:overload'
    })
    expect(JSON.parse((await long('10.0.0.1', 300)).body)).toMatchObject({ decision: 'ALLOW' })
  })

  test('of connections is refused, by address, before anything is read', async () => {
    const port = await listen({ limits: { maxConnections: 2 } })
    const first = connect(port, '127.0.0.1')
    onTestFinished(() => void first.destroy())
    await once(first, 'connect')
    first.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(first, 'data')
    const answer = await readAnswer(connect(port, '127.0.0.1'))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('connection')).toBe('close')
  })

  test.each([
    ['of requests in a second', { peerRate: 1 }],
    ['of requests that are under way', { maxInFlight: 1 }],
    ['of bodies', { maxBodyMemoryBytes: 1 }]
  ])('%s refuses each action that a batch can have', async (_, limits) => {
    const port = await listen({ limits })
    if ('maxInFlight' in limits) await hang(port, 'x')
    const batch = request('x', { target: '/v1/check/batch', sent: `[${body},${body}]` })
    let answer = await exchange(port, batch)
    while (!answer.headers.has('retry-after')) answer = await exchange(port, batch)
    const refusal = JSON.parse(answer.body) as Verdict & { readonly results: readonly Verdict[] }
    expect({ ...refusal, status: answer.status }).toMatchObject(overload)
    // As many as there can be: nobody has read how many there are.
    expect(refusal.results).toHaveLength(100)
    expect(new Set(refusal.results.map(({ decision }) => decision))).toEqual(new Set(['DENY']))
  })

  test('does not keep anybody from asking how the server does', async () => {
    const port = await listen({ limits: { maxInFlight: 1, peerRate: 1 } })
    await hang(port, '10.0.0.1')
    for (let count = 0; count < 5; count++) {
      const answer = await exchange(
        port,
        'GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
      )
      expect(answer.status).toBe(200)
    }
  })
})

test('X-Forwarded-For counts for nothing without a trusted proxy', async () => {
  const port = await listen({ limits: { peerRate: 2 } })
  const answers = []
  for (let count = 0; count < 6; count++) answers.push(await check(port, `10.0.0.${count}`))
  expect(answers).toContainEqual(expect.objectContaining({ matched_rule: 'deny:server:overload' }))
})

test('headers beyond 16 KiB are refused', async () => {
  const port = await listen()
  const answer = await exchange(
    port,
    `GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`
  )
  expect(answer.status).toBe(431)
})

test('refusals are summed up in one note, with those who were refused most', () => {
  const notes: unknown[] = []
  const counts = createRefusalCounts({ note: (detail) => notes.push(detail), intervalMs: 60_000 })
  for (let count = 0; count < 1000; count++) counts.refused('peer_rate', '10.0.0.1')
  counts.refused('in_flight', '10.0.0.2')
  counts.close()
  expect(notes).toEqual([
    { reasons: { peer_rate: 1000, in_flight: 1 }, peers: { '10.0.0.1': 1000, '10.0.0.2': 1 } }
  ])
})
