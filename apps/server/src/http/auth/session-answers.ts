import { parseJson } from '@agentguard/protocol'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import type { AuthRequest } from './auth.ts'
import type { Principal } from './principal.ts'
import { refuse, retryAfter } from './refusal.ts'
import type { SignedIn, SignIn } from './sign-in.ts'
import { timestamp } from './timestamp.ts'

/** An answer with cookies: each is a `Set-Cookie` header of its own. */
export interface CookieAnswer extends Answer {
  readonly cookies: readonly string[]
}

/** The longest body of a login. */
export const maxLoginBytes = 4096

/**
 * Answers `POST /auth/login`, in whatever method it comes. The body is undefined where it was longer than
 * `maxLoginBytes` or did not come to its end. Never rejects.
 */
export async function answerLogin(
  { isDisabled, signIn }: SignIn,
  request: AuthRequest,
  body: Uint8Array | undefined
): Promise<CookieAnswer> {
  if (request.method !== 'POST') return plain(textAnswer(405, 'Method not allowed'))
  if (isDisabled()) return plain(refusedLogin({ ok: false, reason: 'disabled' }))
  const secret = readSecret(body)
  if (secret === undefined) return plain(textAnswer(400, 'invalid request'))
  const signedIn = await signIn(request, secret)
  if (!signedIn.ok) return plain(refusedLogin(signedIn))
  const { csrfToken, expiresAt, name, role, cookies } = signedIn
  const members = { csrf_token: csrfToken, expires_at: timestamp(expiresAt), name, role }
  return { ...jsonAnswer(200, encodeJson(members), notStored), cookies }
}

/** Answers `POST /auth/logout`, in whatever method it comes. Never rejects. */
export async function answerLogout(
  { signOut }: SignIn,
  request: AuthRequest
): Promise<CookieAnswer> {
  if (request.method !== 'POST') return plain(textAnswer(405, 'Method not allowed'))
  return { status: 204, headers: {}, body: '', cookies: await signOut(request) }
}

/** Answers `GET /auth/session`: who one is, to a page that was reloaded and has forgotten. */
export function answerWhoAmI(principal: Principal): Answer {
  const { via, role, name, agent, tenant, session } = principal
  const members = {
    via,
    role,
    ...(name === undefined ? {} : { name }),
    ...(agent === undefined ? {} : { agent_id: agent }),
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
    ...(session && { csrf_token: session.csrfToken, expires_at: timestamp(session.expiresAt) })
  }
  return jsonAnswer(200, encodeJson(members), notStored)
}

const notStored = { 'Cache-Control': 'no-store' }

function plain(answer: Answer): CookieAnswer {
  return { ...answer, cookies: [] }
}

/** The secret in the body of a login. One that is not there is none: as wrong as any other. */
function readSecret(body: Uint8Array | undefined): string | undefined {
  const parsed = body === undefined || body.length > maxLoginBytes ? undefined : parseJson(body)
  if (!parsed?.ok) return undefined
  const { value } = parsed
  if (value === null) return ''
  if (typeof value !== 'object' || Array.isArray(value)) return undefined
  const { api_key: secret = '' } = value as { readonly api_key?: unknown }
  return secret === null ? '' : typeof secret === 'string' ? secret : undefined
}

function refusedLogin({ reason, waitMs = 1_000 }: Extract<SignedIn, { ok: false }>): Answer {
  switch (reason) {
    case 'disabled':
      return textAnswer(503, 'login disabled: server has no API key configured')
    case 'full':
      return textAnswer(503, 'session store full; retry later', { 'Retry-After': '5' })
    case 'unavailable':
      return textAnswer(500, 'session creation failed')
    case 'invalid_credential':
      return textAnswer(401, 'invalid api key')
    case 'throttled':
      return textAnswer(429, 'too many failed logins; retry later', retryAfter(waitMs))
    default:
      return refuse(reason, { isCheck: false }).answer
  }
}
