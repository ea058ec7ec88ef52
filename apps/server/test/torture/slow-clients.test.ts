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

test('who sends a byte at a time, or none, is cut off in time, and others are answered', async () => {
  const port = await listen({}, timeouts)
  let left = 0
  const drips: (() => void)[] = []
  const closed = slow.map(async ([, start, piece]) => {
    const sockets = await Promise.all(Array.from({ length: amount(20, 1500) }, () => open(port)))
    left += sockets.length
    drips.push(() => {
      for (const socket of sockets) if (!socket.destroyed) socket.write(piece)
    })
    await Promise.all(
      sockets.map(async (socket) => {
        socket.write(start)
        // A reset is an end as well.
        await new Promise((resolve) => socket.resume().once('close', resolve))
        left--
      })
    )
  })
  const timer = setInterval(() => {
    for (const drip of drips) drip()
  }, 100)
  let asked = 0
  await keepAsking({
    port,
    askers: 1,
    next: () => (asked < 10 || left > 0 ? { scope: 'shell', command: 'ls -l' } : undefined),
    onAnswer({ status, verdict }) {
      expect([status, verdict.decision]).toEqual([200, 'ALLOW'])
      asked++
    }
  })
  await Promise.all(closed)
  clearInterval(timer)
}, 60_000)

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
