import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Answer } from './answer.ts'
import { corsHeaders } from './cors.ts'
import { type AppDeps, createApp, internalError } from './create-app.ts'
import { readIncoming } from './read-body.ts'
import { type HostFilter, refuseRequest } from './refuse-request.ts'
import { bodyTooLarge, checkPath } from './routes/check.ts'

export interface ListenerDeps extends AppDeps {
  /** Which hosts we answer for. @defaultValue all */
  readonly isOurHost?: HostFilter | undefined
  /** Told of every request that has been answered. */
  readonly onAnswer?: ((request: AnsweredRequest) => void) | undefined
}

export interface AnsweredRequest {
  readonly method: string
  readonly target: string
  readonly status: number
  readonly durationMs: number
}

/**
 * Creates the listener of a `node:http` server.
 *
 * It looks at what the application cannot see, such as how a request was written. And it takes the
 * checks itself: they are nearly all there is to do, and the way through `Request` and `Response`
 * costs a third of the throughput. Both ways have the same tests.
 */
export function createListener(deps: ListenerDeps): RequestListener {
  const { allowedOrigin, isOurHost, onAnswer, onFault = () => {} } = deps
  const listen = getRequestListener(createApp(deps).fetch, {
    hostname: 'localhost',
    overrideGlobalObjects: false
  })

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const cors = corsHeaders(incoming.headers.origin, allowedOrigin)
    const refusal = refuseRequest(incoming, isOurHost)
    if (refusal) send(outgoing, refusal, cors)
    else if (incoming.method === 'POST' && incoming.url === checkPath)
      check(incoming, outgoing, cors)
    else void listen(incoming, outgoing)
  }

  function check(incoming: IncomingMessage, outgoing: ServerResponse, cors: Headers): void {
    const maxBytes = deps.maxBodyBytes()
    readIncoming(incoming, maxBytes, (body) => {
      if (body === 'too_large') sendAndLinger(incoming, outgoing, bodyTooLarge(maxBytes), cors)
      else send(outgoing, deps.answerCheck(body), cors)
    })
  }

  return (incoming, outgoing) => {
    if (onAnswer) observe(incoming, outgoing, onAnswer)
    try {
      handle(incoming, outgoing)
    } catch (error) {
      onFault(error)
      if (outgoing.headersSent) outgoing.destroy()
      else send(outgoing, internalError, {})
    }
  }
}

type Headers = Readonly<Record<string, string>>

function send(outgoing: ServerResponse, { status, headers, body }: Answer, cors: Headers): void {
  // A flat list is what node needs least work for.
  const list: (string | number)[] = ['Content-Length', Buffer.byteLength(body)]
  for (const name in headers) list.push(name, headers[name] as string)
  for (const name in cors) list.push(name, cors[name] as string)
  outgoing.writeHead(status, list)
  outgoing.end(body)
}

const lingerMs = 500

/**
 * Sends an answer to a client that is still sending, and goes on reading for a moment: a connection that
 * is closed at once is reset, and the client never sees the answer.
 */
function sendAndLinger(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { status, headers, body }: Answer,
  cors: Headers
): void {
  outgoing.writeHead(status, { ...headers, ...cors, 'Content-Length': Buffer.byteLength(body) })
  outgoing.write(body)
  const end = (): void => {
    clearTimeout(timer)
    outgoing.end()
  }
  const timer = setTimeout(end, lingerMs)
  incoming.once('end', end).once('close', end).resume()
}

function observe(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  onAnswer: (request: AnsweredRequest) => void
): void {
  const start = performance.now()
  const { method = '', url: target = '' } = incoming
  if (method === 'OPTIONS') return
  outgoing.once('finish', () =>
    onAnswer({ method, target, status: outgoing.statusCode, durationMs: performance.now() - start })
  )
}
