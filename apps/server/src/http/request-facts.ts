import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Context } from 'hono'

/** What is known of a request before anybody looks at what it wants. */
export interface RequestFacts {
  /** Where it comes from. */
  readonly peer: string
  /** What it is called in logs and answers. */
  readonly requestId: string
}

/** What the listener hands to the application with a request. */
export interface Bindings {
  readonly facts?: RequestFacts
}

/** The environment of our routes. */
export type Env = { Bindings: Bindings }

const sane = /^[\w.:+/=@-]{1,128}$/
const prefix = randomBytes(6).toString('hex')
let count = 0

/** The name of a request: the client's own where it is harmless, else a new one. */
export function requestIdOf(received: IncomingHttpHeaders[string]): string {
  if (typeof received === 'string' && sane.test(received)) return received
  return `${prefix}-${(++count).toString(36)}`
}

/** The facts of a request of the application. */
export function factsOf(c: Context<Env>): RequestFacts {
  return c.env?.facts ?? { peer: '', requestId: requestIdOf(c.req.header('X-Request-Id')) }
}
