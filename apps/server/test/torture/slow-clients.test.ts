/** Clients that take their time, and those who ask meanwhile (performance.md D36). */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { listen } from '../support/listen.ts'
import { keepAsking } from './support/load.ts'
import { open, requestText } from './support/raw.ts'
import { amount } from './support/seed.ts'

const body = '{"scope":"shell","command":"ls -l"}'
const timeouts = { headersMs: 1000, requestMs: 1500, stallMs: 2000 }

const slow: [name: string, start: string, piece: string][] = [
  ['headers', 'POST /v1/check HTTP/1.1\r\nHost: localhost\r\n', 'X-A: b\r\n'],
  ['the first line', 'GET ', 'x'],
  ['a body', requestText('POST /v1/check', { 'Content-Length': '1000' }), ' '],
  ['chunks', requestText('POST /v1/check', { 'Transfer-Encoding': 'chunked' }), '1\r\n \r\n'],
  ['the body of another route', requestText('POST /v1/audit', { 'Content-Length': '1000' }), ' '],
  ['nothing at all', '', '']
]

/** Opens connections, a few at a time: what the system cannot queue it drops, and the client never hears of it. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const some = Math.min(100, count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: some }, () => open(port)))))
  }
  return sockets
}

/** Sends the beginning of a request, then piece by piece what goes on without end. Resolves when it is cut off. */
async function drip(socket: Socket, start: string, piece: string): Promise<void> {
  socket.write(start)
  const timer = setInterval(() => socket.write(piece), amount(100, 1500))
  // A reset is an end as well.
  await new Promise((resolve) => socket.resume().once('close', resolve))
  clearInterval(timer)
}

test(
  'who sends a byte at a time, or none, is cut off in time, and others are answered',
  async () => {
    const port = await listen({}, timeouts)
    let isOver = false
    const took: number[] = []
    const asked = keepAsking({
      port,
      askers: 1,
      // What one address may have at once, the slow ones have taken.
      from: process.platform === 'linux' ? '127.0.0.2' : undefined,
      next: () => (took.length < 10 || !isOver ? { scope: 'shell', command: 'ls -l' } : undefined),
      onAnswer({ status, verdict, ms }) {
        expect([status, verdict.decision]).toEqual([200, 'ALLOW'])
        took.push(ms)
      }
    })
    const each = slow.map(async ([, start, piece]) => {
      const sockets = await openMany(port, amount(20, 1500))
      await Promise.all(sockets.map((socket) => drip(socket, start, piece)))
    })
    await Promise.all(each)
    isOver = true
    await asked
    const slowest = took.toSorted((a, b) => a - b).at(-Math.ceil(took.length / 100))
    console.log(`${took.length} answers meanwhile, 99 of 100 within ${slowest?.toFixed(1)} ms`)
  },
  amount(60_000, 600_000)
)

test('one address does not take all connections: others find room, and it is told to come later', async () => {
  const port = await listen({ limits: { maxConnections: 40 } }, timeouts)
  const sockets = await Promise.all(Array.from({ length: 60 }, () => open(port)))
  const [first, last] = [sockets[0], sockets.at(-1)] as [Socket, Socket]
  first.write(requestText('POST /v1/check', {}, body))
  const [answer] = await once(first.setEncoding('latin1'), 'data')
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  const [refusal] = await once(last.setEncoding('latin1'), 'data')
  expect(refusal).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 1\r\n/s)
  for (const socket of sockets) socket.destroy()
})
