import type { ApprovalGroup } from '@agentguard/approvals'
import type { Guard } from '@agentguard/guard'
import type { Approval } from '@agentguard/protocol'
import { Hono } from 'hono'
import { type Answer, jsonAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import type { Env } from '../request-facts.ts'
import { type ScopeDeps, type ScopedRequest, scopedRoute } from '../scoped-route.ts'

export interface PendingRouteDeps extends ScopeDeps {
  readonly guard: Pick<Guard, 'pending'>
  /** Takes secrets out of what is shown of a tenant. */
  readonly redact: (tenant: string, approval: Approval) => Approval
}

/** `/api/pending` and its tenant mirror: what waits for a person's answer. */
export function pendingRoutes(deps: PendingRouteDeps): Hono<Env> {
  const list = scopedRoute(deps, 'read', (request) => answer(deps, request))
  return new Hono<Env>()
    .all('/api/pending', list)
    .get('/v1/t/:tenant/api/pending', list)
    .all('/v1/t/:tenant/api/pending', onlyMethods('GET, HEAD'))
}

async function answer(
  { guard, redact }: PendingRouteDeps,
  { tenant }: ScopedRequest
): Promise<Answer> {
  const groups = await guard.pending(tenant)
  const shown = groups.map((group) => showGroup(group, (one) => redact(tenant, one)))
  return jsonAnswer(200, encodeJson(shown.length === 0 ? null : shown))
}

/** The oldest of the alike ones, with the ids of all: they are answered together. */
function showGroup(
  { approval, ids }: ApprovalGroup,
  redact: (approval: Approval) => Approval
): Approval & { readonly alike?: readonly string[] } {
  const { schema_version: _, ...result } = approval.result
  const shown = redact({ ...approval, result })
  return ids.length > 1 ? { ...shown, alike: ids } : shown
}
