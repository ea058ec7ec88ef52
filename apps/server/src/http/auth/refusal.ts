import { type Answer, textAnswer } from '../answer.ts'
import { denialAnswer } from '../denial-answer.ts'
import type { Authorized } from './auth.ts'

/** Why somebody is not let in. */
export type RefusalCode =
  /** No credential was sent, and one is needed. */
  | 'unauthenticated'
  /** What was sent is no credential of ours, or one that is expired or revoked. */
  | 'invalid_credential'
  /** The request is a browser's, and its CSRF header is not that of the session. */
  | 'csrf'
  /** The request is a browser's, and comes from a page of somebody else. */
  | 'origin'
  /** The role may not do this. */
  | 'role'
  /** The credential is good for another tenant. */
  | 'tenant'
  /** Too many wrong guesses. */
  | 'throttled'
  /** Whether the credential is good cannot be found out. */
  | 'unavailable'

/** The rule of the verdict with which a check is refused. A part that failed is named as the guard's are. */
function ruleOf(code: RefusalCode): string {
  return code === 'unavailable' ? 'deny:guard:access' : `deny:access:${code}`
}

const reasons: Readonly<Record<RefusalCode, string>> = {
  unauthenticated: 'A credential is needed, and none was sent',
  invalid_credential: 'The credential is not valid',
  csrf: 'CSRF token mismatch',
  origin: 'The request comes from a page of another site',
  role: 'The role of the credential does not permit this',
  tenant: 'The credential belongs to another tenant',
  throttled: 'Too many wrong credentials came from this address; retry later',
  unavailable: 'The store of the credentials cannot be read'
}

/** Refuses a request. A check is answered with a verdict: some clients take an HTTP error for a yes. */
export function refuse(
  code: RefusalCode,
  { isCheck, waitMs = 1_000 }: { readonly isCheck: boolean; readonly waitMs?: number }
): Extract<Authorized, { ok: false }> {
  const reason = reasons[code]
  const rule = ruleOf(code)
  const answer = isCheck ? denialAnswer(rule, reason) : errorAnswer(code, reason, waitMs)
  return { ok: false, code, rule, reason, answer }
}

function errorAnswer(code: RefusalCode, reason: string, waitMs: number): Answer {
  switch (code) {
    case 'unauthenticated':
      return unauthorized(challenge)
    case 'invalid_credential':
      return unauthorized(`${challenge}, error="invalid_token"`)
    case 'csrf':
      return textAnswer(403, reason)
    case 'origin':
    case 'role':
    case 'tenant':
      return textAnswer(403, `Forbidden: ${reason}`)
    case 'throttled':
      return textAnswer(429, reason, retryAfter(waitMs))
    case 'unavailable':
      return textAnswer(503, reason, retryAfter(waitMs))
    default:
      return code satisfies never
  }
}

/** How to authenticate (RFC 6750): the `WWW-Authenticate` of whoever sent no credential. */
export const challenge = 'Bearer realm="agentguard"'

function unauthorized(how: string): Answer {
  return textAnswer(401, 'Unauthorized', { 'WWW-Authenticate': how })
}

/** How long to wait, in whole seconds. */
export function retryAfter(waitMs: number): { readonly 'Retry-After': string } {
  return { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) }
}
