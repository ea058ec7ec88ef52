import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import { corsHeaders } from './cors.ts'
import type { Env } from './request-facts.ts'
import { type AuditRouteDeps, auditRoutes } from './routes/audit.ts'
import { type BatchRouteDeps, batchRoutes } from './routes/batch.ts'
import { type CheckRouteDeps, checkRoutes } from './routes/check.ts'
import { type HealthRouteDeps, healthRoutes } from './routes/health.ts'
import { type PendingRouteDeps, pendingRoutes } from './routes/pending.ts'
import { type ResolveRouteDeps, resolveRoutes } from './routes/resolve.ts'
import { type StatusRouteDeps, statusRoutes } from './routes/status.ts'
import { toResponse } from './to-response.ts'

export type AppDeps = CheckRouteDeps &
  BatchRouteDeps &
  ResolveRouteDeps &
  StatusRouteDeps &
  AuditRouteDeps &
  PendingRouteDeps &
  HealthRouteDeps &
  AppOptions

interface AppOptions {
  /** Whether `/api` is there. */
  readonly hasDashboard: boolean
  /** The one origin whose pages may read our answers. @defaultValue the pages of this machine */
  readonly allowedOrigin?: string | undefined
  /** Told of what a route threw. */
  readonly onFault?: ((error: unknown) => void) | undefined
  /** Routes of other parts of the server. */
  readonly more?: readonly Hono<Env>[] | undefined
}

/** Creates the HTTP application. It takes everything and opens nothing. */
export function createApp(deps: AppDeps): Hono<Env> {
  const { allowedOrigin, onFault = () => {}, more = [] } = deps
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 })
    else await next()
    const headers = corsHeaders(c.req.header('Origin'), allowedOrigin)
    for (const name in headers) c.res.headers.set(name, headers[name] as string)
    const requestId = c.env?.facts?.requestId
    if (requestId !== undefined) c.res.headers.set('X-Request-Id', requestId)
  })
  // `/v1/approve/*` would match these, too.
  for (const path of ['/v1/approve', '/v1/deny', '/v1/status', '/v1/wait']) {
    app.all(path, (c) => c.redirect(`${path}/${new URL(c.req.url).search}`, 307))
  }
  // The more special ones first: the first route that fits answers.
  for (const routes of more) app.route('/', routes)
  app.route('/', checkRoutes(deps))
  app.route('/', batchRoutes(deps))
  app.route('/', resolveRoutes(deps))
  app.route('/', statusRoutes(deps))
  app.route('/', auditRoutes(deps))
  if (deps.hasDashboard) app.route('/', pendingRoutes(deps))
  app.route('/', healthRoutes(deps))
  app.notFound(() => toResponse(textAnswer(404, '404 page not found')))
  app.onError((error) => {
    onFault(error)
    return toResponse(internalError)
  })
  return app
}

/** What is said when a route threw. */
export const internalError: Answer = jsonAnswer(500, '{"error":"internal server error"}')
