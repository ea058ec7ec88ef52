import { type Approvals, ApprovalsError, approvalStatus } from '@agentguard/approvals'
import type { Guard } from '@agentguard/guard'
import type { Approval } from '@agentguard/protocol'
import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { mayFollow } from '../auth/as-agent.ts'
import { authRequestOf } from '../auth-request.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { parseWaitMs } from '../parse-wait.ts'
import type { Env } from '../request-facts.ts'
import { type ScopeDeps, type ScopedRequest, scopedRoute } from '../scoped-route.ts'
import { withSignal } from '../with-signal.ts'

export interface StatusRouteDeps extends ScopeDeps {
  readonly approvals: Pick<Approvals, 'get'>
  readonly guard: Pick<Guard, 'wait'>
  /** Aborted when the server stops: nobody is kept waiting. */
  readonly stopping?: AbortSignal | undefined
}

/** Below the time after which a connection without any traffic is cut. */
const maxWaitMs = 50_000
const defaultWaitMs = 30_000

/** `/v1/status/{id}` and `GET /v1/wait/{id}`, with their tenant mirrors. */
export function statusRoutes(deps: StatusRouteDeps): Hono<Env> {
  const { approvals, guard, stopping } = deps

  async function find({ tenant, id, principal }: ScopedRequest): Promise<Approval | undefined> {
    const approval = await approvals.get(tenant, id)
    return approval && mayFollow(principal, approval) ? approval : undefined
  }

  const status = scopedRoute(deps, 'follow', async (request) => {
    if (request.id === '') return missingId
    return statusAnswer(await find(request))
  })

  /** Waits until it is answered or the time is over. Nobody waits for what they may not follow. */
  async function waitFor(request: ScopedRequest, timeoutMs: number): Promise<Answer> {
    const { tenant, id, raw } = request
    const signals = [raw.signal, ...(stopping ? [stopping] : [])]
    return await withSignal(
      { afterMs: Math.min(timeoutMs, maxWaitMs), signals },
      async (signal) => {
        try {
          return statusAnswer(await guard.wait(tenant, id, signal))
        } catch (error) {
          if (signal.aborted) return statusAnswer(await find(request))
          if (error instanceof ApprovalsError && error.code === 'too_many_waiters')
            return tooManyWait
          throw error
        }
      }
    )
  }

  const wait = scopedRoute(deps, 'follow', async (request) => {
    if (request.id === '') return missingId
    const timeoutMs = parseWaitMs(request.query.get('timeout'), defaultWaitMs)
    if (timeoutMs === undefined) return badTimeout
    const found = await find(request)
    if (!found || found.resolved) return statusAnswer(found)
    const answer = await waitFor(request, timeoutMs)
    // A credential may have been revoked meanwhile, and some clients do what they wait for as soon as it is allowed.
    const asking = authRequestOf(request.raw, request)
    const still = await deps.auth.authorize(asking, 'follow', request.tenant)
    return still.ok ? answer : still.answer
  })

  return new Hono<Env>()
    .all('/v1/status/*', status)
    .get('/v1/t/:tenant/status/:id', status)
    .all('/v1/t/:tenant/status/:id', onlyMethods('GET, HEAD'))
    .get('/v1/wait/*', wait)
    .all('/v1/wait/*', onlyMethods('GET, HEAD'))
    .get('/v1/t/:tenant/wait/:id', wait)
    .all('/v1/t/:tenant/wait/:id', onlyMethods('GET, HEAD'))
}

const missingId = textAnswer(400, 'missing id')
const badTimeout = textAnswer(400, 'invalid timeout: expected a duration such as 30s')
const tooManyWait = textAnswer(503, 'too many clients wait already; retry later', {
  'Retry-After': '5'
})

function statusAnswer(approval: Approval | undefined): Answer {
  if (!approval) return textAnswer(404, 'not found')
  return jsonAnswer(200, encodeJson(approvalStatus(approval)))
}
