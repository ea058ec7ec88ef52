import { Hono } from 'hono'
import type { DecisionCounts } from '../../metrics/decision-counts.ts'
import { type Answer, jsonAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import type { Env } from '../request-facts.ts'
import { type ScopeDeps, scopedRoute } from '../scoped-route.ts'

export interface StatsRouteDeps extends ScopeDeps {
  /** How many verdicts a tenant has had. */
  readonly counts: (tenant: string) => DecisionCounts
  /** How many approvals of a tenant wait for an answer. */
  readonly countPending: (tenant: string) => number | Promise<number>
}

/** `/api/stats` and its tenant mirror: the figures of this tenant, and of no other. */
export function statsRoutes(deps: StatsRouteDeps): Hono<Env> {
  const stats = scopedRoute(deps, 'read', ({ tenant }) => answer(deps, tenant))
  return new Hono<Env>()
    .all('/api/stats', stats)
    .get('/v1/t/:tenant/api/stats', stats)
    .all('/v1/t/:tenant/api/stats', onlyMethods('GET, HEAD'))
}

async function answer({ counts, countPending }: StatsRouteDeps, tenant: string): Promise<Answer> {
  const { allowed, approvals, denied } = counts(tenant)
  const pending = await countPending(tenant)
  const total = allowed + approvals + denied
  return jsonAnswer(200, encodeJson({ allowed, approvals, denied, pending, total }))
}
