import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestFacts } from './request-facts.ts'

/** A request that has been answered. */
export interface AnsweredRequest extends RequestFacts {
  /** The caller's span, as its header says it. */
  readonly traceParent: string | undefined
  readonly method: string
  readonly target: string
  readonly status: number
  readonly durationMs: number
}

/** Tells of a request once it is answered, but for preflights. */
export function observeRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  facts: RequestFacts,
  onAnswer: (request: AnsweredRequest) => void
): void {
  const start = performance.now()
  const { method = '', url: target = '' } = incoming
  if (method === 'OPTIONS') return
  outgoing.once('finish', () =>
    onAnswer({
      ...facts,
      traceParent: incoming.headers['traceparent'] as string | undefined,
      method,
      target,
      status: outgoing.statusCode,
      durationMs: performance.now() - start
    })
  )
}
