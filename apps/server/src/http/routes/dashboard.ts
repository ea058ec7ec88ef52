import type { ApprovalGroup } from '@agentguard/approvals'
import type { AuditEntry } from '@agentguard/protocol'
import type { Redactor } from '@agentguard/redaction'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { type DashboardView, dashboardPage } from '../../pages/dashboard-page.ts'
import { refusalPage } from '../../pages/message-page.ts'
import { pageAnswer } from '../../pages/page.ts'
import { signInPage } from '../../pages/sign-in-page.ts'
import type { Auth } from '../auth/auth.ts'
import { authRequestOf } from '../auth-request.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'

export interface DashboardDeps {
  readonly auth: Pick<Auth, 'authorize'>
  readonly counts: (tenant: string) => DashboardView['counts']
  readonly pending: (tenant: string) => Promise<readonly ApprovalGroup[]>
  /** The latest entries, the newest first. */
  readonly latest: (tenant: string, limit: number) => Promise<readonly AuditEntry[]>
  readonly redactorOf: (tenant: string) => Pick<Redactor, 'redactJson'>
}

const local = 'local'
/** How many verdicts the page shows, as that of AgentGuard 1.0 did. */
const shown = 200
const refreshSeconds = 5

/** `/dashboard`: what waits for an answer and what was decided, for browsers. It runs no script. */
export function dashboardRoutes(deps: DashboardDeps): Hono<Env> {
  return new Hono<Env>().all('/dashboard', async (c) => {
    // Whatever the method is, the page is only shown.
    const request = { ...authRequestOf(c.req.raw, factsOf(c)), method: 'GET' }
    const seen = await deps.auth.authorize(request, 'read', local)
    if (!seen.ok) {
      const isStranger = seen.code === 'unauthenticated' || seen.code === 'invalid_credential'
      const page = isStranger ? signInPage(200, { next: '/dashboard' }) : refusalPage(seen)
      return toResponse(page)
    }
    const [pending, latest] = await Promise.all([deps.pending(local), deps.latest(local, shown)])
    const redacted = deps.redactorOf(local).redactJson({ pending, latest })
    const pathOf = (id: string): string => `/v1/approve/${encodeURIComponent(id)}`
    const { name } = seen.principal
    const page = pageAnswer(200, {
      title: 'AgentGuard Dashboard',
      head: html`<meta http-equiv="refresh" content="${refreshSeconds}">`,
      body: dashboardPage({ counts: deps.counts(local), ...redacted, pathOf }),
      ...(name === undefined ? {} : { user: name })
    })
    return toResponse(page)
  })
}
