import type { Access } from '@agentguard/access'
import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { authRequestOf } from '../auth-request.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { readRequest } from '../read-body.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'
import type { Auth, AuthRequest, WhoAmI } from './auth.ts'
import { refuse } from './refusal.ts'
import { answerLogin, answerLogout, type CookieAnswer, maxLoginBytes } from './session-answers.ts'
import type { SignIn } from './sign-in.ts'
import { wireSession } from './wire-session.ts'

export interface AuthRouteDeps {
  readonly auth: Auth & WhoAmI
  readonly signIn: SignIn
  readonly sessions: Access['sessions']
}

/**
 * `/auth/login`, `/auth/logout` and `/auth/session`; and for administrators `/auth/sessions`, where they see who
 * is signed in, and `/auth/sessions/{id}/end`.
 */
export function authRoutes({ auth, signIn, sessions }: AuthRouteDeps): Hono<Env> {
  /** Sessions belong to no tenant: who is bound to one does not see them. */
  async function forAdmins(request: AuthRequest, answer: () => Promise<Answer>): Promise<Response> {
    const authorized = await auth.authorize(request, 'admin', 'local')
    if (!authorized.ok) return toResponse(authorized.answer)
    if (authorized.principal.tenant !== undefined) {
      return toResponse(refuse('tenant', { isCheck: false }).answer)
    }
    return toResponse(await answer())
  }

  return new Hono<Env>()
    .all('/auth/login', async (c) => {
      const body = await readRequest(c.req.raw, maxLoginBytes)
      const whole = typeof body === 'string' ? undefined : body
      return withCookies(await answerLogin(signIn, authRequestOf(c.req.raw, factsOf(c)), whole))
    })
    .all('/auth/logout', async (c) =>
      withCookies(await answerLogout(signIn, authRequestOf(c.req.raw, factsOf(c))))
    )
    .get('/auth/session', async (c) =>
      toResponse(await auth.whoAmI(authRequestOf(c.req.raw, factsOf(c))))
    )
    .all('/auth/session', onlyMethods('GET, HEAD'))
    .get('/auth/sessions', (c) =>
      forAdmins(authRequestOf(c.req.raw, factsOf(c)), async () =>
        jsonAnswer(200, encodeJson((await sessions.list()).map(wireSession)))
      )
    )
    .all('/auth/sessions', onlyMethods('GET, HEAD'))
    .post('/auth/sessions/:id/end', (c) =>
      forAdmins(authRequestOf(c.req.raw, factsOf(c)), async () => {
        const id = c.req.param('id')
        if (!(await sessions.revoke(id))) return textAnswer(404, 'not found')
        return jsonAnswer(200, encodeJson({ id, status: 'ended' }))
      })
    )
    .all('/auth/sessions/:id/end', onlyMethods('POST'))
}

/** Each cookie is a header of its own. */
function withCookies({ cookies, ...answer }: CookieAnswer): Response {
  const response = answer.status === 204 ? new Response(null, answer) : toResponse(answer)
  for (const cookie of cookies) response.headers.append('Set-Cookie', cookie)
  return response
}
