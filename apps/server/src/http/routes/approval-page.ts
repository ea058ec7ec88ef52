import {
  type ApprovalGroup,
  type Answer as Reply,
  type Resolved,
  stageOf
} from '@agentguard/approvals'
import type { EffectExplanation } from '@agentguard/policy'
import type { ActionRequest, Approval } from '@agentguard/protocol'
import type { Redactor } from '@agentguard/redaction'
import { type Context, Hono } from 'hono'
import { type ApprovalLinks, linkHolder } from '../../links/approval-links.ts'
import { type AnswerForm, approvalPage } from '../../pages/approval-page.ts'
import { describeReply } from '../../pages/describe-reply.ts'
import { messagePage, refusalPage } from '../../pages/message-page.ts'
import { pageAnswer } from '../../pages/page.ts'
import { reloadPage } from '../../pages/reload-page.ts'
import { signInPage } from '../../pages/sign-in-page.ts'
import type { Answer } from '../answer.ts'
import type { AuthRequest } from '../auth/auth.ts'
import { type KnownVoter, type Principal, voterOf } from '../auth/principal.ts'
import { authRequestOf } from '../auth-request.ts'
import { formField, readForm } from '../read-form.ts'
import { type Env, factsOf } from '../request-facts.ts'
import type { ScopeDeps } from '../scoped-route.ts'
import { toResponse } from '../to-response.ts'
import { wantsPage } from '../wants-page.ts'

export interface ApprovalPageDeps extends ScopeDeps {
  readonly find: (tenant: string, id: string) => Promise<Approval | undefined>
  readonly pending: (tenant: string) => Promise<readonly ApprovalGroup[]>
  readonly resolve: (tenant: string, id: string, reply: Reply) => Promise<Resolved>
  /** What the policy in force says of an action. */
  readonly explain: (tenant: string, action: ActionRequest) => readonly EffectExplanation[]
  readonly redactorOf: (tenant: string) => Pick<Redactor, 'redactJson'>
  /** Absent where notifications have no links that answer. */
  readonly links?: ApprovalLinks | undefined
  readonly now?: () => number
}

/** Which approval a request is about. */
interface Target {
  readonly tenant: string
  readonly id: string
}

/** Whoever looks at an approval, and may answer it if there is a `reply`. */
interface Viewer {
  readonly user?: string
  readonly reply?: { readonly voter: KnownVoter; readonly proof: AnswerForm['proof'] }
}

type Looking = { readonly ok: true; readonly viewer: Viewer } | Refused
type Refused = { readonly ok: false; readonly answer: Answer }

/**
 * The page of an approval, for browsers: `GET /v1/approve/{id}`, and where its form is sent,
 * `POST /approvals/{id}`; both also for tenants. Other clients get the answers of the API.
 *
 * INVARIANT: a GET changes nothing, whatever is in its URL: what shows previews of links fetches them.
 */
export function approvalPageRoutes(deps: ApprovalPageDeps): Hono<Env> {
  const { auth, hasTenant, links, now = Date.now } = deps

  async function lookAsUser(
    request: AuthRequest,
    { tenant }: Target,
    next: string
  ): Promise<Looking> {
    const seen = await auth.authorize(request, 'read', tenant)
    if (seen.ok) return { ok: true, viewer: viewerOf(seen.principal, request.peer) }
    if (seen.code !== 'unauthenticated' && seen.code !== 'csrf') {
      return { ok: false, answer: refusalPage(seen) }
    }
    // A browser that comes from another site keeps the session's cookie to itself until we send it on.
    if (request.header('sec-fetch-site') === 'cross-site')
      return { ok: false, answer: reloadPage(next) }
    return { ok: false, answer: signInPage(401, { next }) }
  }

  function lookByLink({ peer }: AuthRequest, target: Target, token: string): Looking {
    if (!links?.verify(token, target, now())) {
      return { ok: false, answer: messagePage(403, linkIsOver) }
    }
    const voter = { by: linkHolder, roles: [], via: 'link', from: peer }
    return { ok: true, viewer: { reply: { voter, proof: { name: 'token', value: token } } } }
  }

  async function show(
    target: Target,
    { user, reply }: Viewer,
    { status, message }: { readonly status: number; readonly message?: string }
  ): Promise<Answer> {
    const { tenant, id } = target
    const approval = hasTenant(tenant) ? await deps.find(tenant, id) : undefined
    if (!approval) return messagePage(404, 'There is no such approval, or it was long ago.')
    const ids = stageOf(approval) === 'pending' ? await alike(target) : [id]
    const effects = deps.explain(tenant, approval.request)
    const shown = deps.redactorOf(tenant).redactJson({ approval, effects })
    const form = reply && { form: { url: formUrl(target), proof: reply.proof, ids } }
    const said = message === undefined ? {} : { message }
    const body = approvalPage({ ...shown, tenant, alike: ids.length, ...form, ...said })
    const whose = user === undefined ? {} : { user }
    return pageAnswer(status, { title: 'AgentGuard — Approval', body, ...whose })
  }

  async function alike({ tenant, id }: Target): Promise<readonly string[]> {
    const groups = await deps.pending(tenant)
    return groups.find(({ ids }) => ids.includes(id))?.ids ?? [id]
  }

  async function view(request: AuthRequest, target: Target, url: URL): Promise<Answer> {
    const token = url.searchParams.get('token')
    const looking =
      token === null
        ? await lookAsUser(request, target, url.pathname)
        : lookByLink(request, target, token)
    return looking.ok ? await show(target, looking.viewer, { status: 200 }) : looking.answer
  }

  async function take(
    request: AuthRequest,
    target: Target,
    form: URLSearchParams
  ): Promise<Answer> {
    const token = formField(form, 'token')
    const looking =
      token === undefined
        ? await lookToAnswer(withCsrf(request, formField(form, 'csrf')), target)
        : lookByLink(request, target, token)
    if (!looking.ok) return looking.answer
    const { reply } = looking.viewer
    const decision = formField(form, 'decision')
    if (!reply || (decision !== 'ALLOW' && decision !== 'DENY')) return messagePage(400, incomplete)
    const comment = formField(form, 'comment')
    const only = form.getAll('only')
    const resolved = await deps.resolve(target.tenant, target.id, {
      ...reply.voter,
      decision,
      ...(comment === undefined ? {} : { comment }),
      ...(only.length === 0 ? {} : { only })
    })
    return await show(target, looking.viewer, describeReply(resolved, decision))
  }

  async function lookToAnswer(request: AuthRequest, target: Target): Promise<Looking> {
    const allowed = await auth.authorize(request, 'write', target.tenant)
    if (allowed.ok) return { ok: true, viewer: viewerOf(allowed.principal, request.peer) }
    if (allowed.code !== 'unauthenticated') return { ok: false, answer: refusalPage(allowed) }
    return { ok: false, answer: signInPage(401, { next: pageUrl(target) }) }
  }

  const app = new Hono<Env>()
  for (const prefix of ['', '/t/:tenant']) {
    app.get(`/v1${prefix}/approve/:id{.+}`, async (c, next) => {
      if (!wantsPage(c.req.header('Accept'))) return await next()
      const request = authRequestOf(c.req.raw, factsOf(c))
      return toResponse(await view(request, targetOf(c), new URL(c.req.url)))
    })
    app.post(`${prefix}/approvals/:id{.+}`, async (c) => {
      const form = await readForm(c.req.raw)
      if (!form) return toResponse(messagePage(400, incomplete))
      return toResponse(await take(authRequestOf(c.req.raw, factsOf(c)), targetOf(c), form))
    })
  }
  return app
}

const linkIsOver =
  'This link is not valid, or its time is over. Sign in at the server to see the approval.'
const incomplete = 'The form is not complete. Open the page of the approval again.'

function viewerOf(principal: Principal, peer: string): Viewer {
  const { name, role, via, session } = principal
  const user = name === undefined ? {} : { user: name }
  if (role !== 'approver' && role !== 'admin') return user
  const voter = voterOf(principal, peer)
  // Where everybody is let in, forms of other sites are told by their origin.
  const value = session?.csrfToken ?? (via === 'open' ? 'open' : undefined)
  return value === undefined ? user : { ...user, reply: { voter, proof: { name: 'csrf', value } } }
}

/** The request as if its form field were the header that a script would send. */
function withCsrf(request: AuthRequest, csrf: string | undefined): AuthRequest {
  return { ...request, header: (name) => (name === 'x-csrf-token' ? csrf : request.header(name)) }
}

function targetOf(c: Context<Env>): Target {
  return { tenant: c.req.param('tenant') ?? 'local', id: c.req.param('id') ?? '' }
}

function pageUrl({ tenant, id }: Target): string {
  return `/v1${prefixOf(tenant)}/approve/${encodeURIComponent(id)}`
}

function formUrl({ tenant, id }: Target): string {
  return `${prefixOf(tenant)}/approvals/${encodeURIComponent(id)}`
}

function prefixOf(tenant: string): string {
  return tenant === 'local' ? '' : `/t/${encodeURIComponent(tenant)}`
}
