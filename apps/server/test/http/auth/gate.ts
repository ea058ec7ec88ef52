import {
  type Access,
  createGuessThrottle,
  memoryAccess,
  type Need,
  type WantedCredential
} from '@agentguard/access'
import type { Auth, Authorized, AuthRequest, WhoAmI } from '../../../src/http/auth/auth.ts'
import { type AuthEvent, createAuthEvents } from '../../../src/http/auth/auth-events.ts'
import { cookieNames } from '../../../src/http/auth/cookies.ts'
import { createAuth } from '../../../src/http/auth/create-auth.ts'
import { createIsForeignPage } from '../../../src/http/auth/foreign-page.ts'
import {
  answerLogin,
  answerLogout,
  type CookieAnswer
} from '../../../src/http/auth/session-answers.ts'
import { createSignIn, type SignIn } from '../../../src/http/auth/sign-in.ts'

export const apiKey = 'the one API key'
export const hour = 3_600_000

export interface GateOptions {
  /** Null is none. */
  readonly apiKey?: string | null
  readonly checkAuth?: 'optional' | 'required'
  readonly isTls?: boolean
  readonly allowedOrigin?: string
  readonly baseUrl?: string
  readonly access?: Access
  readonly maxSessions?: number
}

/** A gate with all that belongs to it, in memory. */
export class Gate {
  at: number = Date.UTC(2026, 10, 22, 9)
  readonly access: Access
  readonly auth: Auth & WhoAmI
  readonly signing: SignIn
  readonly events: AuthEvent[] = []
  readonly refusals: string[] = []
  readonly faults: unknown[] = []
  readonly #isTls: boolean

  constructor(options: GateOptions = {}) {
    const now = () => this.at
    const { checkAuth = 'optional', isTls = false, maxSessions = 1024 } = options
    this.access = options.access ?? memoryAccess({ now, maxSessions })
    this.#isTls = isTls
    const shared = {
      access: this.access,
      apiKey: options.apiKey === null ? undefined : (options.apiKey ?? apiKey),
      isTls,
      isForeignPage: createIsForeignPage(options),
      throttle: createGuessThrottle({ now }),
      events: createAuthEvents({
        onRefusal: ({ code }) => this.refusals.push(code),
        onEvent: (event) => this.events.push(event),
        onFault: (error) => this.faults.push(error),
        now
      })
    }
    this.auth = createAuth({ ...shared, checkAuth })
    const { isOpen } = this.auth
    this.signing = createSignIn({ ...shared, isOpen, sessionTtlMs: () => hour })
  }

  /** What the gate answers at once. */
  ask(need: Need, headers: Headers = {}, tenant = 'local'): Authorized {
    const answer = this.auth.authorize(requestOf(headers), need, tenant)
    if (answer instanceof Promise) throw new Error('not answered at once')
    return answer
  }

  /** The status of what is sent, or `ok`. */
  status(need: Need, headers: Headers = {}, tenant = 'local'): number | 'ok' {
    const answer = this.ask(need, headers, tenant)
    return answer.ok ? 'ok' : answer.answer.status
  }

  async issue(wanted: WantedCredential): Promise<string> {
    const created = await this.access.credentials.create(wanted)
    if (!created.ok) throw new Error(created.reason)
    return created.secret
  }

  login(secret: unknown, headers: Headers = {}): Promise<CookieAnswer> {
    const body = Buffer.from(JSON.stringify({ api_key: secret }))
    return answerLogin(this.signing, requestOf({ method: 'POST', ...headers }), body)
  }

  logout(headers: Headers = {}): Promise<CookieAnswer> {
    return answerLogout(this.signing, requestOf({ method: 'POST', ...headers }))
  }

  /** Signs in and answers the headers that a page of ours sends from then on. */
  async browser(secret: string = apiKey): Promise<{ cookie: string; 'x-csrf-token': string }> {
    const { status, body, cookies } = await this.login(secret)
    if (status !== 200) throw new Error(`${status} ${body}`)
    const { session } = cookieNames(this.#isTls)
    const token = cookies[0]?.match(/=([0-9a-f]{64});/)?.[1]
    return { cookie: `${session}=${token}`, 'x-csrf-token': JSON.parse(body).csrf_token }
  }
}

/** Headers, and what else there is to say of a request. */
export type Headers = Readonly<Record<string, string>>

export function requestOf({
  method = 'POST',
  peer = '192.0.2.1',
  ...headers
}: Headers): AuthRequest {
  return { method, peer, header: (name) => headers[name] }
}

export function bearer(secret: string): Headers {
  return { authorization: `Bearer ${secret}` }
}
