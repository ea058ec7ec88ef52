import type { HealthReport } from '@agentguard/protocol'
import { Hono } from 'hono'
import { jsonAnswer, textAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import { toResponse } from '../to-response.ts'

export interface HealthRouteDeps {
  /** How the server does at this moment. */
  readonly health: () => HealthReport
}

/** `/health`, which says that the server is there, and `/v1/health`, which says how it does. */
export function healthRoutes({ health }: HealthRouteDeps): Hono {
  return new Hono()
    .all('/health', () =>
      toResponse(jsonAnswer(200, encodeJson({ status: 'ok', version: health().version })))
    )
    .get('/v1/health', () => toResponse(jsonAnswer(200, encodeJson(health()))))
    .all('/v1/health', () =>
      toResponse(textAnswer(405, 'Method Not Allowed', { Allow: 'GET, HEAD' }))
    )
}
