import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { anyNumber } from './mix.ts'

/** Takes an answer of which the head and the body have arrived. */
export interface Load {
  readonly port: number
  /** The bodies, sent one after the other on every connection. */
  readonly bodies: readonly string[]
  /** Puts a new number in the place of `anyNumber` in each body. @defaultValue the bodies as they are */
  readonly asNew?: boolean
  readonly connections: number
  readonly durationMs: number
  /** Told how long each answer took, and what was in it. Throws if it is wrong. */
  readonly onAnswer: (ms: number, body: number, text: Buffer) => void
}

/** Keeps connections busy with checks, one request at a time on each. Resolves to answers per second. */
export async function keepBusy(load: Load): Promise<number> {
  const { port, connections, durationMs } = load
  const requests = load.bodies.map((body) =>
    Buffer.from(
      `POST /v1/check HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
  )
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const start = performance.now()
  const until = start + durationMs
  const counts = await Promise.all(
    sockets.map((socket, at) => drive(socket, { load, requests, at, until }))
  )
  const total = counts.reduce((sum, count) => sum + count, 0)
  return (total / (performance.now() - start)) * 1000
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

interface Drive {
  readonly load: Load
  readonly requests: readonly Buffer[]
  /** With which request to begin. */
  readonly at: number
  readonly until: number
}

function drive(socket: Socket, { load, requests, at, until }: Drive): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = at % requests.length
    let count = 0
    let sent = performance.now()
    let received: Buffer = Buffer.alloc(0)
    const send = (): void => {
      const request = requests[next] as Buffer
      socket.write(load.asNew ? renewed(request) : request)
    }
    send()
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (received.length < answerLength(received)) return
      const now = performance.now()
      load.onAnswer(now - sent, next, received)
      received = Buffer.alloc(0)
      count++
      sent = now
      next = (next + 1) % requests.length
      if (now < until) send()
      else socket.end()
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(count))
  })
}

let number = 0

function renewed(request: Buffer): Buffer {
  const copy = Buffer.from(request)
  const digits = String(++number).padStart(anyNumber.length, '0')
  copy.write(digits, copy.lastIndexOf(anyNumber), 'latin1')
  return copy
}

/** The length of an answer of which the head has arrived. */
function answerLength(received: Buffer): number {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return Number.POSITIVE_INFINITY
  const text = received.toString('latin1', 0, head)
  if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected answer: ${text}`)
  return head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
}
