import type { IncomingMessage } from 'node:http'
import type { AuthRequest } from './auth/auth.ts'
import type { RequestFacts } from './request-facts.ts'

/** A request of the application, as the gate sees it. */
export function authRequestOf(request: Request, { peer }: RequestFacts): AuthRequest {
  return {
    method: request.method,
    header: (name) => request.headers.get(name) ?? undefined,
    peer
  }
}

/** A request of `node:http`, as the gate sees it. */
export function authRequestOfIncoming(
  { method = '', headers }: IncomingMessage,
  { peer }: RequestFacts
): AuthRequest {
  return {
    method,
    header(name) {
      const value = headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
    peer
  }
}
