import { type ApprovalRefusal, stageOf, type VoterRefusal } from '@agentguard/approvals'
import type { Guard } from '@agentguard/guard'
import { type Approval, parseJson, type Resolution } from '@agentguard/protocol'
import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { voterOf } from '../auth/principal.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { readRequest } from '../read-body.ts'
import type { Env } from '../request-facts.ts'
import { type ScopeDeps, type ScopedRequest, scopedRoute } from '../scoped-route.ts'
import { bodyTooLarge } from './check.ts'

export interface ResolveRouteDeps extends ScopeDeps {
  readonly guard: Pick<Guard, 'resolve'>
}

const maxBodyBytes = 65_536

/** `POST /v1/approve/{id}` and `POST /v1/deny/{id}`, with their tenant mirrors. */
export function resolveRoutes(deps: ResolveRouteDeps): Hono<Env> {
  const { guard } = deps
  const app = new Hono<Env>()
  for (const [name, decision] of [
    ['approve', 'ALLOW'],
    ['deny', 'DENY']
  ] as const) {
    const handle = scopedRoute(deps, 'write', (request) => {
      if (request.raw.method !== 'POST') return textAnswer(405, 'Method not allowed')
      return resolve(guard, request, decision)
    })
    app.all(`/v1/${name}/*`, handle)
    app.post(`/v1/t/:tenant/${name}/:id`, handle)
    app.all(`/v1/t/:tenant/${name}/:id`, onlyMethods('POST'))
  }
  return app
}

async function resolve(
  guard: Pick<Guard, 'resolve'>,
  request: ScopedRequest,
  decision: Resolution
): Promise<Answer> {
  const { tenant, id, principal, peer } = request
  if (id === '') return textAnswer(400, 'missing id')
  const said = await readSaid(request.raw)
  if (!said.ok) return said.answer
  const voter = voterOf(principal, peer)
  const resolved = await guard.resolve(tenant, id, { ...voter, ...said.said, decision })
  if (resolved.ok) return answered(resolved.approval, decision)
  if (resolved.reason === 'not_found') return textAnswer(404, `pending action ${id} not found`)
  return refused(resolved.approval, resolved.reason)
}

/** What a person says beside yes or no. */
interface Said {
  readonly comment?: string
  readonly only?: readonly string[]
}

type ReadSaid =
  | { readonly ok: true; readonly said: Said }
  | { readonly ok: false; readonly answer: Answer }

/**
 * Reads the body. Clients of AgentGuard 1.0 send none, or anything: what is no object says nothing.
 *
 * An answer for some of them MUST NOT become one for all of them, so that an object is read whole or refused.
 */
async function readSaid(request: Request): Promise<ReadSaid> {
  const body = await readRequest(request, maxBodyBytes)
  if (body === 'too_large') return { ok: false, answer: bodyTooLarge(maxBodyBytes) }
  if (body === 'aborted') return invalid('unexpected EOF')
  const parsed = body.length === 0 ? undefined : parseJson(body)
  if (parsed?.ok === false && opensObject(body)) return invalid(parsed.error.message)
  if (!parsed?.ok || typeof parsed.value !== 'object' || parsed.value === null) {
    return { ok: true, said: {} }
  }
  const misspelt = Object.keys(parsed.value).find(
    (name) => /^(?:comment|only)$/i.test(name) && name !== name.toLowerCase()
  )
  if (misspelt !== undefined) return invalid(`${misspelt}: expected ${misspelt.toLowerCase()}`)
  const { comment, only } = parsed.value as Record<string, unknown>
  if (comment !== undefined && typeof comment !== 'string') {
    return invalid('comment: expected a string')
  }
  if (only !== undefined && !isTexts(only)) return invalid('only: expected a list of ids')
  return { ok: true, said: { ...(comment ? { comment } : {}), ...(only ? { only } : {}) } }
}

/** Whether a body was meant as an object, whatever became of it. */
function opensObject(body: Uint8Array): boolean {
  return /^[\s\ufeff]*\{/.test(Buffer.from(body).toString())
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function invalid(why: string): ReadSaid {
  return { ok: false, answer: textAnswer(400, `Invalid request: ${why}`) }
}

function answered(approval: Approval, decision: Resolution): Answer {
  const { id, quorum = 1, votes = [] } = approval
  if (stageOf(approval) === 'pending') {
    // One of several who have to agree.
    return jsonAnswer(200, encodeJson({ id, quorum, status: 'pending', votes: votes.length }))
  }
  const status = decision === 'ALLOW' ? 'approved' : 'denied'
  return jsonAnswer(200, encodeJson({ id, status }))
}

const voterProblems: Readonly<Record<VoterRefusal, string>> = {
  not_an_approver: 'you are not among those who may answer this',
  self_approval: 'whoever asked may not approve',
  identity_required: 'who answers this has to be known: use a named credential',
  comment_too_long: 'the comment is longer than 4096 characters'
}

function refused(approval: Approval, reason: ApprovalRefusal): Answer {
  const { id } = approval
  if (reason === 'comment_too_long') return textAnswer(400, voterProblems[reason])
  if (reason in voterProblems) return textAnswer(403, voterProblems[reason as VoterRefusal])
  const status = approval.decision === 'ALLOW' ? 'approved' : 'denied'
  const expired = reason === 'expired' ? { expired: true } : {}
  return jsonAnswer(409, encodeJson({ error: 'already resolved', ...expired, id, status }))
}
