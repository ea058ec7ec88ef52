import type { Handler } from 'hono'
import { textAnswer } from './answer.ts'
import type { Env } from './request-facts.ts'
import { toResponse } from './to-response.ts'

/** What a route that is bound to its methods says to the others. */
export function onlyMethods(allow: string): Handler<Env> {
  return () => toResponse(textAnswer(405, 'Method Not Allowed', { Allow: allow }))
}
