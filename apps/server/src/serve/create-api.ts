import type { Access } from '@agentguard/access'
import type { AuditLog } from '@agentguard/audit'
import type { EffectContext } from '@agentguard/policy'
import type { Admission } from '../http/admission/admission.ts'
import type { RefusalCounts } from '../http/admission/count-refusals.ts'
import { createAnswerCheck, createDecideFor } from '../http/answer-check.ts'
import type { Auth, WhoAmI } from '../http/auth/auth.ts'
import { createHostFilter } from '../http/auth/host-filter.ts'
import { authRoutes } from '../http/auth/routes.ts'
import type { SignIn } from '../http/auth/sign-in.ts'
import type { ListenerDeps } from '../http/create-listener.ts'
import type { Health } from '../http/health.ts'
import type { AnsweredRequest } from '../http/observe-request.ts'
import { routeTemplate } from '../http/route-template.ts'
import { approvalPageRoutes } from '../http/routes/approval-page.ts'
import { dashboardRoutes } from '../http/routes/dashboard.ts'
import { metricsRoutes } from '../http/routes/metrics.ts'
import { openapiRoutes } from '../http/routes/openapi.ts'
import { signInFormRoutes } from '../http/routes/sign-in-form.ts'
import { type SlackMessage, slackRoutes } from '../http/routes/slack.ts'
import { statsRoutes } from '../http/routes/stats.ts'
import { streamRoutes } from '../http/routes/stream.ts'
import type { ApprovalLinks } from '../links/approval-links.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { Policies } from '../policy/policies.ts'
import type { RedactorOf } from '../policy/redactors.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { LogFollowers } from './follow-log.ts'
import type { Journal } from './journal.ts'
import type { OpenGuard } from './open-guard.ts'
import type { ServeOptions } from './options.ts'
import { formatRequest, membersOfRequest } from './say.ts'

export interface ApiParts {
  readonly options: ServeOptions
  readonly policies: Policies
  readonly parts: OpenGuard
  readonly audit: AuditLog
  readonly auth: Auth & WhoAmI
  readonly signIn: SignIn
  readonly access: Access
  readonly health: Health
  readonly metrics: Metrics
  readonly followers: LogFollowers
  readonly journal: Journal
  readonly links: ApprovalLinks | undefined
  readonly redactorOf: RedactorOf
  readonly admission: Admission
  readonly refusals: RefusalCounts
  readonly telemetry: Telemetry | undefined
  readonly onFault: (error: unknown) => void
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal
  readonly log: Log
}

/** What the HTTP side needs, from the parts of the server. */
export function createApi(given: ApiParts): Omit<ListenerDeps, 'peerOf'> {
  const { options, policies, parts, audit, auth, signIn, access, health, metrics } = given
  const { admission, redactorOf, onFault, stopping } = given
  const { guard, approvals } = parts
  const { allowedHosts, baseUrl, allowedOrigin, hasDashboard } = options
  const settings = (tenant: string) => policies.settingsOf(tenant).document.proxy
  const { admitAction } = admission
  const { telemetry } = given
  const context = boundContext(options.context)
  const checks = {
    guard,
    digestOf: policies.digestOf,
    admitAction,
    telemetry,
    onFault,
    ...(context && { context })
  }
  return {
    auth,
    guard,
    approvals,
    audit,
    admission,
    stopping,
    allowedOrigin,
    hasDashboard,
    onFault,
    answerCheck: createAnswerCheck(checks),
    decideFor: createDecideFor(checks),
    hasTenant: policies.has,
    maxBodyBytes: (tenant) => settings(tenant).maxBodyBytes,
    auditLimits(tenant) {
      const { auditDefaultLimit: defaultLimit, auditMaxLimit: maxLimit } = settings(tenant)
      return { defaultLimit, maxLimit }
    },
    redact: (tenant, approval) => redactorOf(tenant).redactJson(approval),
    onUnreadable(tenant, count) {
      health.linesUnreadable(tenant, count)
      metrics.count('audit_corrupt_lines_total', undefined, count)
    },
    health: health.report,
    readiness: health.readiness,
    isOurHost: createHostFilter({ isOpen: () => auth.isOpen(), allowedHosts, baseUrl }),
    onAnswer: observer(given),
    more: [
      metricsRoutes({ metrics, auth }),
      openapiRoutes(),
      authRoutes({ auth, signIn, sessions: access.sessions }),
      signInFormRoutes(signIn),
      ...pageRoutes(given)
    ]
  }
}

/** Metrics of every request, and its line in the log where that is wanted. */
function observer({
  options,
  metrics,
  refusals,
  redactorOf,
  log
}: ApiParts): (request: AnsweredRequest) => void {
  return (request) => {
    const { method, target, status, durationMs } = request
    metrics.http({ route: routeTemplate(target), method, status, durationMs })
    if (status === 413) refusals.refused('body_too_large', request.peer)
    // A path, and the name that a client gives its request, may be secrets as well.
    if (!options.logsRequests) return
    const { redactText, redactJson } = redactorOf('local')
    log(redactText(formatRequest(request)), () => redactJson(membersOfRequest(request)))
  }
}

/** What is there for people and their pages. */
function pageRoutes(given: ApiParts): NonNullable<ListenerDeps['more']> {
  const { options, policies, parts, auth, followers, redactorOf, audit } = given
  const { guard, approvals } = parts
  const { allowedOrigin, hasDashboard } = options
  const scope = { auth, hasTenant: policies.has }
  const counts = (tenant: string) => followers.counts().of(tenant)
  const page = approvalPageRoutes({
    ...scope,
    find: (tenant, id) => approvals.get(tenant, id),
    pending: guard.pending,
    resolve: guard.resolve,
    explain: (tenant, action) => policies.find(tenant)?.explain(action).effects ?? [],
    links: given.links,
    redactorOf
  })
  if (!hasDashboard) return [page, ...slack(given)]
  return [
    page,
    ...slack(given),
    streamRoutes({ ...scope, feed: followers.feed(), allowedOrigin }),
    statsRoutes({
      ...scope,
      counts,
      countPending: async (tenant) => (await guard.pending(tenant)).flatMap(({ ids }) => ids).length
    }),
    dashboardRoutes({
      auth,
      counts,
      pending: guard.pending,
      async latest(tenant, limit) {
        const { lines } = await audit.query({ tenant_id: tenant, order: 'desc', limit })
        return lines.flatMap((line) => ('_meta' in line ? [] : [line]))
      },
      redactorOf
    })
  ]
}

/** What Slack calls when somebody presses a button. */
function slack({ options, policies, parts, onFault }: ApiParts): NonNullable<ListenerDeps['more']> {
  const { slackSigningSecret: signingSecret, slackApprovers } = options.notifications
  if (signingSecret === undefined) return []
  const { resolve } = parts.guard
  const approvers = new Set(slackApprovers)
  const { has: hasTenant } = policies
  return [slackRoutes({ signingSecret, approvers, hasTenant, resolve, post: postToSlack, onFault })]
}

const slackTimeoutMs = 5_000

async function postToSlack(url: string, message: SlackMessage): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(slackTimeoutMs)
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`Slack answered ${response.status} to what became of a button`)
}

/** What of the place where agents run belongs to what is approved; undefined where nothing is known of it. */
function boundContext({
  resolve,
  ownFiles: _,
  ...texts
}: EffectContext): Readonly<Record<string, unknown>> | undefined {
  const context = { ...texts, ...(resolve && { follows_links: true }) }
  return Object.keys(context).length === 0 ? undefined : context
}
