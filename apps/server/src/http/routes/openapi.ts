import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import type { Answer } from '../answer.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import type { Env } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'

/** `GET /openapi.json`: what the server understands, for programs. It is made when it is first asked for. */
export function openapiRoutes(): Hono<Env> {
  let made: Promise<Answer> | undefined
  return new Hono<Env>()
    .get('/openapi.json', async (c) => {
      made ??= makeAnswer()
      const whole = await made
      const isKnown = c.req.header('If-None-Match') === whole.headers['ETag']
      return isKnown ? unchanged(whole) : toResponse(whole)
    })
    .all('/openapi.json', onlyMethods('GET, HEAD'))
}

async function makeAnswer(): Promise<Answer> {
  const { createDocument } = await import('../../openapi/create-document.ts')
  const body = `${JSON.stringify(createDocument())}\n`
  const digest = createHash('sha256').update(body).digest('base64url')
  const headers = {
    'Content-Type': 'application/json',
    'Cache-Control': 'public, max-age=3600',
    ETag: `"${digest}"`
  }
  return { status: 200, headers, body }
}

function unchanged({ headers }: Answer): Response {
  const { 'Content-Type': _, ...rest } = headers
  return new Response(null, { status: 304, headers: rest })
}
