import type { Answer } from './answer.ts'

/** An answer as a `Response`. Without a body it gets no type. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body === '' ? null : body, { status, headers })
}
