import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as startTimer } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import type { Admission } from './admission/admission.ts'

export interface ServerOptions {
  readonly listener: RequestListener
  /** 0 takes a free one. */
  readonly port: number
  /** @defaultValue all interfaces */
  readonly host?: string | undefined
  readonly timeouts?: Partial<Timeouts> | undefined
  /** Who may connect. @defaultValue everybody */
  readonly admission?: Pick<Admission, 'connect'> | undefined
  /** Told of every connection. */
  readonly onConnect?: (() => void) | undefined
}

/** How long a client may take, in milliseconds. */
export interface Timeouts {
  /** To send the headers of a request. */
  readonly headersMs: number
  /** To send a whole request. */
  readonly requestMs: number
  /** To take any part of an answer. */
  readonly stallMs: number
  /** To send the next request. */
  readonly idleMs: number
}

export interface RunningServer {
  readonly port: number
  /** Stops listening, lets requests finish for at most `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>
}

const defaults: Timeouts = {
  headersMs: 10_000,
  requestMs: 30_000,
  stallMs: 60_000,
  idleMs: 120_000
}

const maxHeaderBytes = 16_384

/** How many connections wait to be accepted. The system drops what is more, and has a bound of its own. */
const backlog = 4096

/** How long requests are still taken when the server stops; their answers end the connection. */
const lastCallMs = 200

const tooMany = `HTTP/1.1 503 Service Unavailable\r
Content-Type: text/plain; charset=utf-8\r
Content-Length: 35\r
Retry-After: 1\r
Connection: close\r
\r
too many connections; retry later.
`

/** Lets a connection in, or tells it that there are too many. */
function admit(admission: Pick<Admission, 'connect'>, socket: Socket): void {
  const entered = admission.connect(socket.remoteAddress ?? '')
  if (entered.ok) {
    socket.once('close', entered.leave)
    return
  }
  socket.on('error', () => {})
  socket.end(tooMany)
  socket.destroySoon()
}

/** What an operator can do about an address that cannot be listened on. */
function explain(error: NodeJS.ErrnoException, port: number, host: string | undefined): Error {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is in use: stop what uses it, or choose another with --port`,
    EACCES: `port ${port} is for the system's own services: choose one from 1024 on with --port`,
    EADDRNOTAVAIL: `${host ?? ''} is no address of this machine: choose another with --host`
  }
  const remedy = remedies[error.code ?? '']
  return remedy === undefined
    ? error
    : new Error(`listen ${error.code}: ${remedy}`, { cause: error })
}

/** Starts listening. Rejects if that is not possible. */
export async function startServer({
  listener,
  port,
  host,
  timeouts,
  admission,
  onConnect
}: ServerOptions): Promise<RunningServer> {
  const { headersMs, requestMs, stallMs, idleMs } = { ...defaults, ...timeouts }
  const server = createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: Math.min(headersMs, 1000),
      maxHeaderSize: maxHeaderBytes
    },
    listener
  )
  // Node drops what is more than its bound, without a word: an Authorization header, for one. The size is bounded.
  server.maxHeadersCount = 0
  // Who has sent a request may close its side and read on, as with servers in Go. Node has no documented option for it.
  Object.assign(server, { httpAllowHalfOpen: true })
  // An expectation that we do not know is no reason not to answer: some clients take an HTTP error for a yes.
  server.on('checkExpectation', listener)
  if (onConnect) server.on('connection', onConnect)
  if (admission) {
    server.prependListener('connection', (socket) => admit(admission, socket))
  }
  server.timeout = stallMs
  let isLeaving = false
  server.prependListener('request', (_, response) => {
    if (isLeaving) response.shouldKeepAlive = false
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, port, host)))
    server.listen({ port, backlog, ...(host === undefined ? {} : { host }) }, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async close(graceMs) {
      // A request that is on its way to us over an open connection would be lost if that were closed at once.
      isLeaving = true
      await setTimeout(Math.min(lastCallMs, graceMs))
      // Connections that fall idle while we wait would otherwise stay open until their timeout.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const cut = startTimer(() => server.closeAllConnections(), graceMs)
      await new Promise((resolve) => server.close(resolve))
      clearInterval(sweep)
      clearTimeout(cut)
    }
  }
}
