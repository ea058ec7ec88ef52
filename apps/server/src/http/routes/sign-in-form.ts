import { Hono } from 'hono'
import { signInPage } from '../../pages/sign-in-page.ts'
import type { Answer } from '../answer.ts'
import { retryAfter } from '../auth/refusal.ts'
import type { SignedIn, SignIn } from '../auth/sign-in.ts'
import { authRequestOf } from '../auth-request.ts'
import { formField, readForm } from '../read-form.ts'
import { type Env, factsOf } from '../request-facts.ts'
import { toResponse } from '../to-response.ts'

/**
 * Where the forms of our pages are sent to sign in and out: `POST /auth/sign-in` and `POST /auth/sign-out`.
 * Both lead on to a page of ours and to no other.
 */
export function signInFormRoutes(signIn: SignIn): Hono<Env> {
  return new Hono<Env>()
    .post('/auth/sign-in', async (c) => {
      const form = await readForm(c.req.raw)
      const next = ownPath(form && formField(form, 'next'))
      const secret = form && formField(form, 'api_key')
      if (secret === undefined)
        return toResponse(signInPage(400, { next, message: 'A key is needed.' }))
      const signedIn = await signIn.signIn(authRequestOf(c.req.raw, factsOf(c)), secret)
      if (!signedIn.ok) return toResponse(refused(signedIn, next))
      return leadTo(next, signedIn.cookies)
    })
    .post('/auth/sign-out', async (c) =>
      leadTo('/dashboard', await signIn.signOut(authRequestOf(c.req.raw, factsOf(c))))
    )
}

function leadTo(path: string, cookies: readonly string[]): Response {
  const headers = new Headers({ Location: path, 'Cache-Control': 'no-store' })
  for (const cookie of cookies) headers.append('Set-Cookie', cookie)
  return new Response(null, { status: 303, headers })
}

function refused({ reason, waitMs }: Extract<SignedIn, { ok: false }>, next: string): Answer {
  const { status, message, againMs = waitMs } = problems[reason] ?? problems.unavailable
  const page = signInPage(status, { next, message })
  if (againMs === undefined) return page
  return { ...page, headers: { ...page.headers, ...retryAfter(againMs) } }
}

const problems: Readonly<
  Partial<Record<Extract<SignedIn, { ok: false }>['reason'], Problem>> & { unavailable: Problem }
> = {
  invalid_credential: { status: 401, message: 'This key is not right, or no longer good.' },
  throttled: { status: 429, message: 'Too many wrong keys. Wait a moment, and try again.' },
  role: { status: 403, message: 'The credential of an agent cannot sign in here.' },
  origin: { status: 403, message: 'The form came from a page of somebody else.' },
  full: { status: 503, message: 'Too many people are signed in. Try again later.', againMs: 5000 },
  disabled: { status: 503, message: 'This server has no key, so nobody needs to sign in.' },
  unavailable: { status: 500, message: 'Signing in failed. The log of the server says why.' }
}

interface Problem {
  readonly status: number
  readonly message: string
  /** After how long it can be tried again, where that does not depend on who tries. */
  readonly againMs?: number
}

/** A path of this server. What could lead anywhere else leads to the dashboard. */
function ownPath(text: string | undefined): string {
  const here = 'http://here.invalid'
  if (!text?.startsWith('/') || !URL.canParse(text, here)) return '/dashboard'
  const { origin, pathname, search } = new URL(text, here)
  // `/.//evil.example` is a path of this server, and names another once it is cleaned.
  return origin === here && !pathname.startsWith('//') ? `${pathname}${search}` : '/dashboard'
}
