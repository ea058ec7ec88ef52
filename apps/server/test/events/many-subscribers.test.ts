import { afterEach, expect, test } from 'vitest'
import {
  type ManySubscribers,
  type StreamServer,
  startStreamServer,
  subscribeMany
} from '../support/subscribe-many.ts'

const mebi = 1_048_576

interface Memory {
  readonly rss: number
  readonly dropped: number
  readonly subscribers: number
}

let server: StreamServer | undefined
let many: ManySubscribers | undefined

afterEach(async () => {
  many?.close()
  await server?.close()
})

test('500 subscribers, 100 of which never read, cost little memory, and those who read miss nothing', async () => {
  server = await startStreamServer()
  const before = await server.ask<Memory>({ do: 'memory' })
  many = await subscribeMany(server.port, { readers: 400, stalled: 100 })
  await server.ask({ do: 'write', count: 2000 })
  await many.received(2000)
  const after = await server.ask<Memory>({ do: 'memory' })
  expect(after.subscribers).toBe(500)
  expect(new Set(many.counts())).toEqual(new Set([2000]))
  // 5,000 are to fit into 300 MiB, of which the process itself has about 110.
  expect(after.rss - before.rss).toBeLessThan(64 * mebi)
})
