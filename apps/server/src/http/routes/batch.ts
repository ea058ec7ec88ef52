import { type CheckResult, parseJson, readActionRequest } from '@agentguard/protocol'
import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import type { Asker, DecideFor } from '../answer-check.ts'
import { authRequestOf } from '../auth-request.ts'
import { batchDenialAnswer, denial, maxBatch } from '../denial-answer.ts'
import { encodeJson } from '../encode-json.ts'
import { wireVerdict } from '../encode-verdict.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { readRequest } from '../read-body.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { pathOfUrl, routePath } from '../route-path.ts'
import { type ScopeDeps, unknownTenant } from '../scoped-route.ts'
import { toResponse } from '../to-response.ts'
import { bodyTooLarge } from './check.ts'

export interface BatchRouteDeps extends ScopeDeps {
  readonly decideFor: DecideFor
  readonly maxBodyBytes: (tenant: string) => number
  /** Told what failed when an action could not be judged. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/**
 * `POST /v1/check/batch` and its tenant mirror: several actions, which have nothing to do with each other, each
 * with its own verdict, in their order. An action that cannot be read is a DENY and holds up no other.
 */
export function batchRoutes(deps: BatchRouteDeps): Hono<Env> {
  async function answer(request: Request, facts: ReturnType<typeof factsOf>): Promise<Answer> {
    const { tenant = 'local' } = routePath(pathOfUrl(request.url)) ?? {}
    if (!deps.hasTenant(tenant)) return unknownTenant
    const asking = authRequestOf(request, facts)
    const authorized = await deps.auth.authorize(asking, 'check', tenant)
    if (!authorized.ok) return batchDenialAnswer(authorized.rule, authorized.reason)
    const maxBytes = deps.maxBodyBytes(tenant)
    const body = await readRequest(request, maxBytes)
    if (body === 'too_large') return bodyTooLarge(maxBytes)
    if (body === 'aborted') return invalid('unexpected EOF')
    const { header } = asking
    const { principal } = authorized
    return await judge(deps, body, { ...facts, tenant, principal, header })
  }

  const methods = onlyMethods('POST')
  return new Hono<Env>()
    .post('/v1/check/batch', async (c) => toResponse(await answer(c.req.raw, factsOf(c))))
    .all('/v1/check/batch', methods)
    .post('/v1/t/:tenant/check/batch', async (c) => toResponse(await answer(c.req.raw, factsOf(c))))
    .all('/v1/t/:tenant/check/batch', methods)
}

async function judge(deps: BatchRouteDeps, body: Uint8Array, asker: Asker): Promise<Answer> {
  const parsed = parseJson(body)
  if (!parsed.ok) return invalid(parsed.error.message)
  const actions = actionsOf(parsed.value)
  if (!actions) return invalid('expected a list of actions, or an object with one in `actions`')
  if (actions.length > maxBatch) return invalid(`more than ${maxBatch} actions`)
  const results = await Promise.all(
    actions.map((action, index) =>
      judgeOne(deps, action, { ...asker, requestId: `${asker.requestId}/${index}` })
    )
  )
  return jsonAnswer(200, encodeJson({ schema_version: 'v1', results: results.map(wireVerdict) }))
}

async function judgeOne(
  { decideFor, onFault }: BatchRouteDeps,
  value: unknown,
  asker: Asker
): Promise<CheckResult> {
  try {
    const read = readActionRequest(value)
    if (!read.ok) {
      const { code, message } = read.error
      return code === 'too_large'
        ? denial('deny:request:too_large', `Request too large: ${message}`)
        : denial('deny:request:invalid', `Invalid request: ${message}`)
    }
    const { schema_version: version } = read.action
    if (version && version !== 'v1') {
      return denial('deny:request:invalid', 'unsupported schema_version; expected v1')
    }
    return (await decideFor(read.action, asker)).result
  } catch (error) {
    onFault?.(error)
    return denial('deny:guard:policy', 'The policy engine failed')
  }
}

function actionsOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  const actions = (value as { actions?: unknown } | null)?.actions
  return Array.isArray(actions) ? actions : undefined
}

function invalid(why: string): Answer {
  return textAnswer(400, `Invalid request: ${why}`)
}
