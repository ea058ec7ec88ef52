import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Context, Hono } from 'hono'
import type { Feed, Sink, Subscription } from '../../events/feed.ts'
import type { AuthRequest } from '../auth/auth.ts'
import { authRequestOf } from '../auth-request.ts'
import { corsHeaders } from '../cors.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { pathOfUrl, routePath } from '../route-path.ts'
import { type ScopeDeps, unknownTenant } from '../scoped-route.ts'
import { toResponse } from '../to-response.ts'

export interface StreamRouteDeps extends ScopeDeps {
  readonly feed: Pick<Feed, 'subscribe'>
  /** The one origin whose pages may read our answers. */
  readonly allowedOrigin?: string | undefined
}

/**
 * `/api/stream` and its tenant mirror: the live events.
 *
 * It writes to node's own response, which the listener hands over: thousands of streams of the web kind would
 * take several times the memory.
 */
export function streamRoutes(deps: StreamRouteDeps): Hono<Env> {
  const stream = createStream(deps.feed)

  async function answer(c: Context<Env>): Promise<Response> {
    const { incoming, outgoing } = c.env as Env['Bindings'] & Partial<NodeBindings>
    if (!incoming || !outgoing) throw new TypeError('live events need a request of `node:http`')
    const facts = factsOf(c)
    const { tenant = 'local' } = routePath(pathOfUrl(c.req.url)) ?? {}
    const asking = authRequestOf(c.req.raw, facts)
    const authorized = await deps.auth.authorize(asking, 'read', tenant)
    if (!authorized.ok) return toResponse(authorized.answer)
    if (!deps.hasTenant(tenant)) return toResponse(unknownTenant)
    stream(incoming, outgoing, {
      tenant,
      headers: {
        'X-Request-Id': facts.requestId,
        ...corsHeaders(incoming.headers.origin, deps.allowedOrigin)
      },
      isStillAllowed: followAuthorization(deps, asking, tenant)
    })
    return new Response(null, { headers: { 'x-hono-already-sent': 'true' } })
  }

  return new Hono<Env>()
    .all('/api/stream', answer)
    .get('/v1/t/:tenant/api/stream', answer)
    .all('/v1/t/:tenant/api/stream', onlyMethods('GET, HEAD'))
}

interface NodeBindings {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Asks again and again whether somebody may still listen: sessions end, and credentials are revoked. */
function followAuthorization(
  { auth, hasTenant }: ScopeDeps,
  asking: AuthRequest,
  tenant: string
): () => boolean {
  let isAllowed = true
  return () => {
    const asked = auth.authorize(asking, 'read', tenant)
    if (asked instanceof Promise) void asked.then(({ ok }) => (isAllowed = ok))
    else isAllowed = asked.ok
    return isAllowed && hasTenant(tenant)
  }
}

/** A request for the live events, from somebody who may read them. */
interface StreamRequest {
  readonly tenant: string
  /** Further headers, such as those of CORS. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether a session or credential still counts. Asked every few seconds. @defaultValue always */
  readonly isStillAllowed?: () => boolean
}

/** Answers with live events, once it is known who asks and that they may. */
type Stream = (incoming: IncomingMessage, outgoing: ServerResponse, request: StreamRequest) => void

/** Creates what answers with live events. */
function createStream(feed: Pick<Feed, 'subscribe'>): Stream {
  return (incoming, outgoing, { tenant, headers = {}, isStillAllowed }) => {
    if (incoming.method === 'HEAD') {
      outgoing.writeHead(200, { ...streamHeaders, ...headers }).end()
      return
    }
    // Other answers time out when nobody takes them; here the feed sees to that.
    outgoing.socket?.setTimeout(0)
    outgoing.socket?.setNoDelay(true)
    const start = (): void => {
      if (outgoing.headersSent) return
      outgoing.writeHead(200, { ...streamHeaders, ...headers })
      outgoing.flushHeaders()
    }
    const sink: Sink = {
      write(bytes) {
        start()
        if (outgoing.writableLength < maxUnsent) return outgoing.write(bytes)
        // Node would let four times as much wait.
        outgoing.write(bytes, () => subscription?.drained())
        return false
      },
      end: () => outgoing.end(),
      cut: () => outgoing.destroy()
    }
    const lastEventId = lastEventIdOf(incoming)
    let subscription: Subscription | undefined
    subscription = feed.subscribe({ tenant, sink, lastEventId, isStillAllowed })
    if (!subscription) {
      outgoing.writeHead(503, { ...refusalHeaders, ...headers }).end(refusal)
      return
    }
    outgoing.on('drain', subscription.drained)
    outgoing.on('close', subscription.close)
    outgoing.on('error', subscription.close)
  }
}

/** How many bytes wait for a client that takes little. */
const maxUnsent = 16_384

const streamHeaders = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  'X-Accel-Buffering': 'no'
}

const refusal = 'too many subscribers; retry later\n'

const refusalHeaders = {
  'Content-Type': 'text/plain; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Retry-After': '5'
}

/** What an `EventSource` had last; in the query, for clients that cannot send headers. */
function lastEventIdOf({ headers, url = '' }: IncomingMessage): string | undefined {
  const header = headers['last-event-id']
  if (typeof header === 'string' && header !== '') return header
  const at = url.indexOf('?')
  return (at < 0 ? null : new URLSearchParams(url.slice(at)).get('last_event_id')) || undefined
}
