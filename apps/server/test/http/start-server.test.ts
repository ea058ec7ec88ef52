import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startServer } from '../../src/http/start-server.ts'
import { exchange } from '../support/exchange.ts'

test('closing cuts a request that takes longer than the grace', async () => {
  const requested = Promise.withResolvers<void>()
  const server = await startServer({
    listener: () => requested.resolve(), // and never answers
    port: 0,
    host: '127.0.0.1'
  })
  const socket = connect(server.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await requested.promise
  const closed = once(socket, 'close')
  await server.close(20)
  await closed
  await expect(once(connect(server.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
})

test('a client that takes nothing of its answer is given up', async () => {
  const answered = Promise.withResolvers<ServerResponse>()
  const server = await startServer({
    listener: (_, outgoing) => answered.resolve(outgoing.end('x'.repeat(64 * 1024 * 1024))),
    port: 0,
    host: '127.0.0.1',
    timeouts: { stallMs: 100 }
  })
  const socket = connect(server.port, '127.0.0.1').pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const outgoing = await answered.promise
  await once(outgoing, 'close')
  expect(outgoing.writableFinished).toBe(false)
  socket.destroy()
  await server.close(0)
})

test('who closes its side behind a request still gets the answer', async () => {
  const server = await startServer({
    listener: ({ socket }, outgoing) => void socket.once('end', () => outgoing.end('late')),
    port: 0,
    host: '127.0.0.1'
  })
  const { status, body } = await exchange(server.port, 'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  expect([status, body.includes('late')]).toEqual([200, true])
  await server.close(0)
})
