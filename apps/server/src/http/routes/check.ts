import { Hono } from 'hono'
import { type Answer, textAnswer } from '../answer.ts'
import type { AnswerCheck } from '../answer-check.ts'
import { authRequestOf } from '../auth-request.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { readRequest } from '../read-body.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { pathOfUrl, routePath } from '../route-path.ts'
import { type ScopeDeps, unknownTenant } from '../scoped-route.ts'
import { toResponse } from '../to-response.ts'

export interface CheckRouteDeps extends ScopeDeps {
  readonly answerCheck: AnswerCheck
  /** The longest body of a request for a tenant. It is asked for once per request. */
  readonly maxBodyBytes: (tenant: string) => number
}

/** `POST /v1/check` and its tenant mirror. A check is open: whether the tenant exists comes first. */
export function checkRoutes({
  auth,
  answerCheck,
  hasTenant,
  maxBodyBytes
}: CheckRouteDeps): Hono<Env> {
  async function answer(request: Request, facts: ReturnType<typeof factsOf>): Promise<Answer> {
    const { tenant = 'local' } = routePath(pathOfUrl(request.url)) ?? {}
    if (!hasTenant(tenant)) return unknownTenant
    const asking = authRequestOf(request, facts)
    const authorized = await auth.authorize(asking, 'check', tenant)
    if (!authorized.ok) return authorized.answer
    const maxBytes = maxBodyBytes(tenant)
    const body = await readRequest(request, maxBytes)
    if (body === 'too_large') return bodyTooLarge(maxBytes)
    if (body === 'aborted') return textAnswer(400, 'Invalid request: unexpected EOF')
    const { principal } = authorized
    return await answerCheck(body, { ...facts, tenant, principal, header: asking.header })
  }

  return new Hono<Env>()
    .all('/v1/check', async (c) => {
      if (c.req.method !== 'POST') return toResponse(textAnswer(405, 'Method not allowed'))
      return toResponse(await answer(c.req.raw, factsOf(c)))
    })
    .post('/v1/t/:tenant/check', async (c) => toResponse(await answer(c.req.raw, factsOf(c))))
    .all('/v1/t/:tenant/check', onlyMethods('POST'))
}

/** The rest of such a body is not read, so the connection cannot be used again. */
export function bodyTooLarge(maxBytes: number): Answer {
  return textAnswer(413, `Request body too large (limit ${maxBytes} bytes)`, {
    Connection: 'close'
  })
}
