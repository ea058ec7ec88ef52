import type { Need } from '@agentguard/access'
import type { Context } from 'hono'
import { type Answer, jsonAnswer } from './answer.ts'
import type { Auth } from './auth/auth.ts'
import type { Principal } from './auth/principal.ts'
import { authRequestOf } from './auth-request.ts'
import { type Env, factsOf, type RequestFacts } from './request-facts.ts'
import { decodeSegment, pathOfUrl, routePath } from './route-path.ts'
import { toResponse } from './to-response.ts'

/** What every route of the API needs to know who asks for whom. */
export interface ScopeDeps {
  readonly auth: Pick<Auth, 'authorize'>
  readonly hasTenant: (tenant: string) => boolean
}

/** A request of somebody who was let in, for a tenant that exists. */
export interface ScopedRequest extends RequestFacts {
  readonly tenant: string
  readonly principal: Principal
  /** What the path says behind the name of the route; empty if nothing. */
  readonly id: string
  readonly query: URLSearchParams
  readonly raw: Request
}

/** What is said where a path names a tenant that does not exist. */
export const unknownTenant: Answer = jsonAnswer(404, '{"error":"tenant not found"}\n')

/**
 * Creates the handler of a route and of its tenant mirror. Who may not do it learns nothing else: neither
 * whether the tenant exists, nor whether the method was right.
 */
export function scopedRoute(
  { auth, hasTenant }: ScopeDeps,
  need: Need,
  handle: (request: ScopedRequest) => Answer | Promise<Answer>
): (c: Context<Env>) => Promise<Response> {
  return async (c) => {
    const facts = factsOf(c)
    const { tenant, id } = scopeOf(c.req.url)
    const authorized = await auth.authorize(authRequestOf(c.req.raw, facts), need, tenant)
    if (!authorized.ok) return toResponse(authorized.answer)
    if (!hasTenant(tenant)) return toResponse(unknownTenant)
    const { principal } = authorized
    const query = new URL(c.req.url).searchParams
    return toResponse(await handle({ ...facts, tenant, principal, id, query, raw: c.req.raw }))
  }
}

/** The tenant and the id of a URL. The id is all that follows the name of the route. */
function scopeOf(url: string): { readonly tenant: string; readonly id: string } {
  const { tenant = 'local', rest = '' } = routePath(pathOfUrl(url)) ?? {}
  const slash = rest.indexOf('/', 1)
  return { tenant, id: slash < 0 ? '' : (decodeSegment(rest.slice(slash + 1)) ?? '') }
}
