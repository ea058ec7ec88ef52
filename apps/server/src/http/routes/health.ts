import type { HealthReport } from '@agentguard/protocol'
import { Hono } from 'hono'
import { jsonAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import type { Readiness } from '../health.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import type { Env } from '../request-facts.ts'
import { pathOfUrl, routePath } from '../route-path.ts'
import { unknownTenant } from '../scoped-route.ts'
import { toResponse } from '../to-response.ts'

export interface HealthRouteDeps {
  /** How the server does at this moment, for a tenant. */
  readonly health: (tenant?: string) => HealthReport
  /** Whether requests should be sent here. @defaultValue always */
  readonly readiness?: (() => Readiness) | undefined
  /** Whether there is such a tenant. @defaultValue only `local` */
  readonly hasTenant?: ((tenant: string) => boolean) | undefined
}

/**
 * `/health`, which says that the server is there; `/v1/health` and its tenant mirror, which say how it does;
 * `/livez`, for who would start it again, and `/readyz`, for who would send requests elsewhere.
 *
 * All are open, so none says how much happens or what a policy says.
 */
export function healthRoutes({
  health,
  readiness = () => ({ status: 'ready' }),
  hasTenant = (tenant) => tenant === 'local'
}: HealthRouteDeps): Hono<Env> {
  return new Hono<Env>()
    .all('/health', () => json(200, { status: 'ok', version: health().version }))
    .all('/livez', () => json(200, { status: 'ok' }))
    .all('/readyz', () => {
      const found = readiness()
      return json(found.status === 'ready' ? 200 : 503, found)
    })
    .get('/v1/health', () => json(200, health()))
    .all('/v1/health', onlyMethods('GET, HEAD'))
    .get('/v1/t/:tenant/health', (c) => {
      const { tenant = '' } = routePath(pathOfUrl(c.req.url)) ?? {}
      return hasTenant(tenant) ? json(200, health(tenant)) : toResponse(unknownTenant)
    })
    .all('/v1/t/:tenant/health', onlyMethods('GET, HEAD'))
}

function json(status: number, body: unknown): Response {
  return toResponse(jsonAnswer(status, encodeJson(body), { 'Cache-Control': 'no-store' }))
}
