import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Feed, Sink } from '../../events/feed.ts'

/** A request for the live events, from somebody who may read them. */
export interface StreamRequest {
  readonly tenant: string
  /** Further headers, such as those of CORS. */
  readonly headers?: Readonly<Record<string, string>>
  /** Whether a session or credential still counts. Asked every few seconds. @defaultValue always */
  readonly isStillAllowed?: () => boolean
}

/** Answers `/api/stream` and its tenant mirror, once it is known who asks and that they may. */
export type StreamRoute = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: StreamRequest
) => void

/**
 * Creates the route of the live events.
 *
 * It writes to node's own response: thousands of streams of the web kind would take several times the
 * memory.
 */
export function streamRoute(feed: Pick<Feed, 'subscribe'>): StreamRoute {
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
        return outgoing.write(bytes)
      },
      end: () => outgoing.end(),
      cut: () => outgoing.destroy()
    }
    const lastEventId = lastEventIdOf(incoming)
    const subscription = feed.subscribe({ tenant, sink, lastEventId, isStillAllowed })
    if (!subscription) {
      outgoing.writeHead(503, { ...refusalHeaders, ...headers }).end(refusal)
      return
    }
    outgoing.on('drain', subscription.drained)
    outgoing.on('close', subscription.close)
    outgoing.on('error', subscription.close)
  }
}

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
