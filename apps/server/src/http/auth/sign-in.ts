import {
  type Access,
  type GuessThrottle,
  idOfSecret,
  type OpenedSession,
  type SessionHolder,
  secretMatcher
} from '@agentguard/access'
import type { AuthRequest } from './auth.ts'
import type { AuthEvents } from './auth-events.ts'
import { clearingCookies, cookieNames, readCookie, sessionCookies } from './cookies.ts'
import type { IsForeignPage } from './foreign-page.ts'
import type { RefusalCode } from './refusal.ts'

export interface SignInDeps {
  readonly access: Access
  readonly apiKey: string | undefined
  readonly isOpen: () => boolean
  readonly isTls: boolean
  readonly isForeignPage: IsForeignPage
  readonly throttle: GuessThrottle
  readonly events: AuthEvents
  /** How long a session lasts: the policy's `proxy.session.ttl`. It is asked for at each login. */
  readonly sessionTtlMs: () => number
}

export type SignedIn =
  | {
      readonly ok: true
      readonly csrfToken: string
      /** Milliseconds since 1970. */
      readonly expiresAt: number
      /** Whose session it is: the name of a credential, or `key`. */
      readonly name: string
      readonly role: string
      /** The `Set-Cookie` headers to send. */
      readonly cookies: readonly string[]
    }
  | {
      readonly ok: false
      /** `disabled`: there is nothing to sign in with. `full`: as many are signed in as may be. */
      readonly reason: RefusalCode | 'disabled' | 'full'
      readonly waitMs?: number
    }

/** Signing in and out, whatever form it comes in. */
export interface SignIn {
  /** Whether there is nothing to sign in with, so that everybody may do everything. */
  isDisabled(): boolean

  /**
   * Opens a session for who knows the API key or the secret of a credential. The session that the browser had
   * ends. Never rejects.
   */
  signIn(request: AuthRequest, secret: string): Promise<SignedIn>

  /**
   * Ends the browser's session, if it has one. Resolves to the `Set-Cookie` headers to send; to none where the page of
   * somebody else asks, which signs nobody out.
   */
  signOut(request: AuthRequest): Promise<readonly string[]>
}

interface Holder {
  readonly holder: SessionHolder
  readonly name: string
  readonly role: string
}

type Known = Holder | Extract<SignedIn, { ok: false }>

/** Creates what signs people in and out. */
export function createSignIn(deps: SignInDeps): SignIn {
  const { access, apiKey, isOpen, isTls, isForeignPage, throttle, events, sessionTtlMs } = deps
  const isKey = apiKey ? secretMatcher(apiKey) : undefined
  const cookie = cookieNames(isTls).session

  function refused(
    { peer }: AuthRequest,
    code: RefusalCode,
    { name, waitMs }: { readonly name?: string; readonly waitMs?: number } = {}
  ): Known {
    const whose = name === undefined ? {} : { name }
    events.refused({ code, peer, need: 'login', tenant: 'local', ...whose })
    return { ok: false, reason: code, ...(waitMs === undefined ? {} : { waitMs }) }
  }

  async function identify(request: AuthRequest, secret: string): Promise<Known> {
    if (isForeignPage(request)) return refused(request, 'origin')
    if (isOpen()) return { ok: false, reason: 'disabled' }
    // What has the form of a secret of ours cannot be guessed, and must not make up for guesses at the key.
    return idOfSecret(secret) === undefined ? byKey(request, secret) : byCredential(request, secret)
  }

  function byKey(request: AuthRequest, secret: string): Known {
    const { peer } = request
    const waitMs = throttle.waitMs(peer)
    if (waitMs > 0) return refused(request, 'throttled', { waitMs })
    if (apiKey && isKey?.(secret)) {
      throttle.succeeded(peer)
      return { holder: { apiKey }, name: 'key', role: 'admin' }
    }
    throttle.failed(peer, secret)
    return refused(request, 'invalid_credential')
  }

  async function byCredential(request: AuthRequest, secret: string): Promise<Known> {
    const found = await access.credentials.authenticate(secret)
    if (!found.ok) return refused(request, 'invalid_credential')
    const { id, name, role } = found.credential
    // Nothing that a browser is for is permitted to an agent.
    if (role === 'agent') return refused(request, 'role', { name })
    return { holder: { credentialId: id }, name, role }
  }

  async function open(request: AuthRequest, { holder, name, role }: Holder): Promise<SignedIn> {
    const { peer } = request
    await end(request)
    const wanted = { holder, ttlMs: sessionTtlMs(), from: peer }
    const opened: OpenedSession = await access.sessions.open(wanted)
    if (!opened.ok) {
      if (opened.reason === 'full') return { ok: false, reason: 'full' }
      return { ok: false, reason: 'invalid_credential' }
    }
    const { session, token, csrfToken } = opened
    const { id, expiresAt } = session
    events.happened({ type: 'login', peer, session: id, name, role })
    const cookies = sessionCookies({ token, csrfToken, expiresAt }, isTls)
    return { ok: true, csrfToken, expiresAt, name, role, cookies }
  }

  async function end(request: AuthRequest): Promise<void> {
    const token = readCookie(request.header('cookie'), cookie)
    const ended = token === undefined ? undefined : await access.sessions.end(token)
    if (ended) events.happened({ type: 'logout', peer: request.peer, session: ended.id })
  }

  return {
    isDisabled: isOpen,
    async signIn(request, secret) {
      try {
        const known = await identify(request, secret)
        return 'holder' in known ? await open(request, known) : known
      } catch (error) {
        events.failed(error)
        return { ok: false, reason: 'unavailable' }
      }
    },
    async signOut(request) {
      if (isForeignPage(request)) return []
      try {
        await end(request)
      } catch (error) {
        events.failed(error)
      }
      return clearingCookies(isTls)
    }
  }
}
