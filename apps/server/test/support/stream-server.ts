import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { streamRoutes } from '../../src/http/routes/stream.ts'
import { keyAuth } from './key-auth.ts'
import { openFeed } from './open-feed.ts'

/** What a server of live events can be told by its parent process. */
export type StreamServerCommand =
  | { readonly do: 'write'; readonly count: number }
  | { readonly do: 'memory' }

/** What it answers. */
type StreamServerAnswer =
  | { readonly port: number }
  | {
      readonly rss: number
      readonly heap: number
      readonly subscribers: number
      readonly dropped: number
    }
  | { readonly seq: number; readonly ms: number }

// A process of its own, so that its memory is only that of the server. Run with --expose-gc.
const opened = await openFeed({
  limits: { maxSubscribersPerTenant: 20_000, maxSubscribers: 20_000 }
})
const routes = streamRoutes({
  auth: keyAuth(undefined),
  hasTenant: () => true,
  feed: opened.feed
})
const server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }))
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  answer({ port: (server.address() as AddressInfo).port })
})
process.on('message', (command: StreamServerCommand) => void obey(command))
process.on('disconnect', () => process.exit(0))

async function obey(command: StreamServerCommand): Promise<void> {
  if (command.do === 'write') {
    const start = performance.now()
    let seq = 0
    for (let each = 0; each < command.count; each++) seq = await opened.check()
    answer({ seq, ms: performance.now() - start })
    return
  }
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  const dropped = opened.dropped.reduce((sum, [, count]) => sum + count, 0)
  answer({ rss, heap: heapUsed, subscribers: opened.feed.size(), dropped })
}

function answer(message: StreamServerAnswer): void {
  process.send?.(message)
}
