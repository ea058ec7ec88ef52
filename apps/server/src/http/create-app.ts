import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from './answer.ts'
import { corsHeaders } from './cors.ts'
import { type CheckRouteDeps, checkRoute } from './routes/check.ts'
import { type HealthRouteDeps, healthRoutes } from './routes/health.ts'
import { toResponse } from './to-response.ts'

export interface AppDeps extends CheckRouteDeps, HealthRouteDeps {
  /** The one origin whose pages may read our answers. @defaultValue the pages of this machine */
  readonly allowedOrigin?: string | undefined
  /** Told of what a route threw. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** Creates the HTTP application. It takes everything and opens nothing. */
export function createApp(deps: AppDeps): Hono {
  const { allowedOrigin, onFault = () => {} } = deps
  const app = new Hono()
  app.use(async (c, next) => {
    if (c.req.method === 'OPTIONS') c.res = new Response(null, { status: 204 })
    else await next()
    const headers = corsHeaders(c.req.header('Origin'), allowedOrigin)
    for (const name in headers) c.res.headers.set(name, headers[name] as string)
  })
  app.route('/', checkRoute(deps))
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
