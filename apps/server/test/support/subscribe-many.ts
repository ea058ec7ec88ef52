import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { StreamServerCommand } from './stream-server.ts'

/** A server of live events in a process of its own. */
export interface StreamServer {
  readonly port: number
  ask<T>(command: StreamServerCommand): Promise<T>
  close(): Promise<void>
}

/** Starts a server of live events. */
export async function startStreamServer(): Promise<StreamServer> {
  const child: ChildProcess = fork(new URL('stream-server.ts', import.meta.url), {
    execArgv: ['--expose-gc']
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    async ask<T>(command: StreamServerCommand) {
      child.send(command)
      const [answer] = (await once(child, 'message')) as [T]
      return answer
    },
    async close() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    }
  }
}

/** Somebody who listens, or only says so. */
export interface ManySubscribers {
  /** How many events each of those who read has got. */
  counts(): number[]
  /** Resolves when each of those who read has so many. */
  received(count: number): Promise<void>
  close(): void
}

/** Opens many streams, some of which are never read. */
export async function subscribeMany(
  port: number,
  {
    readers,
    stalled = 0,
    path = '/api/stream'
  }: { readonly readers: number; readonly stalled?: number; readonly path?: string }
): Promise<ManySubscribers> {
  const sockets: Socket[] = []
  const counts: number[] = []
  let wake = (): void => {}

  async function open(isReading: boolean): Promise<void> {
    const socket = connect(port, '127.0.0.1')
    sockets.push(socket)
    await once(socket, 'connect')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await once(socket, 'readable')
    // What was refused would never hear anything, and would be waited for.
    const head = (socket.read() as Buffer).toString('latin1')
    if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`not subscribed: ${head}`)
    if (!isReading) return
    const own = counts.push(0) - 1
    let rest = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      // Each event has one line of data; a piece may end within what is looked for.
      const all = rest + text
      counts[own] = (counts[own] ?? 0) + all.split('\ndata: ').length - 1
      rest = all.slice(-6)
      wake()
    })
  }

  const all = [
    ...Array.from({ length: readers }, () => true),
    ...Array.from({ length: stalled }, () => false)
  ]
  // Not all at once: the queue of connections that wait is short.
  while (all.length > 0) await Promise.all(all.splice(0, 100).map(open))
  return {
    counts: () => counts,
    async received(count) {
      while (counts.some((each) => each < count)) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close() {
      for (const socket of sockets) socket.destroy()
    }
  }
}
