import { type Context, Hono } from 'hono'
import { type Metrics, metricsContentType } from '../../metrics/create-metrics.ts'
import type { Auth } from '../auth/auth.ts'
import { authRequestOf } from '../auth-request.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'

export interface MetricsRouteDeps {
  readonly metrics: Pick<Metrics, 'render'>
  readonly auth: Pick<Auth, 'authorize' | 'isOpen'>
}

/**
 * `/metrics`.
 *
 * Anybody may read how much happens. What names tenants, agents, scopes or rules is only for who may read
 * the audit log of all tenants, such as a Prometheus with a credential.
 */
export function metricsRoutes({ metrics, auth }: MetricsRouteDeps): Hono<Env> {
  async function mayReadDetail(c: Context<Env>): Promise<boolean> {
    if (auth.isOpen()) return true
    // Who shows nothing is not refused anything.
    if (!c.req.header('Authorization') && !c.req.header('Cookie')) return false
    const asked = await auth.authorize(authRequestOf(c.req.raw, factsOf(c)), 'read', 'local')
    return asked.ok && asked.principal.tenant === undefined
  }

  return new Hono<Env>().all('/metrics', async (c) => {
    const body = await metrics.render({ detail: await mayReadDetail(c) })
    return toResponse({ status: 200, headers: { 'Content-Type': metricsContentType }, body })
  })
}
