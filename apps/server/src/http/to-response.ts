import type { Answer } from './answer.ts'

/** An answer as a `Response`. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}
