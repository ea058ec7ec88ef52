/**
 * How much memory idle subscribers of live events take, and how long an event takes to all of them.
 *
 *     node bench/subscribers.bench.ts [readers] [stalled] [events]
 */
import { startStreamServer, subscribeMany } from '../test/support/subscribe-many.ts'

const [readers = 5000, stalled = 0, events = 100] = process.argv.slice(2).map(Number)
const mebi = 1_048_576

interface Memory {
  readonly rss: number
  readonly heap: number
  readonly subscribers: number
  readonly dropped: number
}

const server = await startStreamServer()
await show('without subscribers')
const many = await subscribeMany(server.port, { readers, stalled })
await show(`${readers} readers and ${stalled} that never read`)
const start = performance.now()
await server.ask<{ readonly seq: number; readonly ms: number }>({ do: 'write', count: events })
await many.received(events)
const ms = performance.now() - start
console.log(`${events} events to ${readers} readers: ${ms.toFixed(0)} ms, none missing`)
await show('after them')
many.close()
await server.close()

async function show(what: string): Promise<void> {
  const { rss, heap, subscribers, dropped } = await server.ask<Memory>({ do: 'memory' })
  const [rssMi, heapMi] = [rss, heap].map((bytes) => (bytes / mebi).toFixed(0))
  console.log(
    `${what}: ${rssMi} MiB RSS, ${heapMi} MiB heap, ${subscribers} open, ${dropped} dropped`
  )
}
