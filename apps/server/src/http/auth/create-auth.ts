import {
  type Access,
  type Authenticated,
  type FoundSession,
  type GuessThrottle,
  idOfSecret,
  mayDo,
  type Need,
  secretMatcher
} from '@agentguard/access'
import type { Auth, Authorized, AuthRequest, WhoAmI } from './auth.ts'
import type { AuthEvents } from './auth-events.ts'
import { bearerOf } from './bearer.ts'
import { cookieNames, readCookie } from './cookies.ts'
import type { IsForeignPage } from './foreign-page.ts'
import {
  anonymous,
  credentialPrincipal,
  keyPrincipal,
  openPrincipal,
  type Principal,
  sessionPrincipal
} from './principal.ts'
import { type RefusalCode, refuse } from './refusal.ts'
import { answerWhoAmI } from './session-answers.ts'

export interface AuthDeps {
  readonly access: Access
  /** The one API key. Without one, there may be named credentials. */
  readonly apiKey: string | undefined
  /** Whether who asks about an action has to have a credential. One that is sent is looked at in any case. */
  readonly checkAuth: 'optional' | 'required'
  /** Whether browsers reach us through TLS that something in front of us terminates. */
  readonly isTls: boolean
  readonly isForeignPage: IsForeignPage
  readonly throttle: GuessThrottle
  readonly events: AuthEvents
}

/** Who somebody is, or why that is not known. */
type Identified = Principal | { readonly code: RefusalCode; readonly waitMs?: number }

/** What a browser can be made to do without its user. */
const changing: ReadonlySet<Need> = new Set(['check', 'report', 'write', 'admin'])
const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Creates the gate. */
export function createAuth(deps: AuthDeps): Auth & WhoAmI {
  const { access, apiKey, checkAuth, isTls, isForeignPage, throttle, events } = deps
  const { credentials, sessions } = access
  const isKey = apiKey ? secretMatcher(apiKey) : undefined
  const cookie = cookieNames(isTls).session

  function isOpen(): boolean {
    return isKey === undefined && !credentials.isInUse()
  }

  function identify(request: AuthRequest, need: Need): Identified | Promise<Identified> {
    const bearer = bearerOf(request.header('authorization'))
    // The order is that of version 1.0: what is sent as a Bearer decides, whatever cookies there are.
    if (isOpen()) {
      // Who asks for credentials means it, also while there are none.
      const isAsked = need === 'check' && checkAuth === 'required'
      return isAsked ? { code: 'unauthenticated' } : openPrincipal
    }
    if (bearer !== undefined) return byBearer(bearer, request.peer)
    if (need === 'check' && checkAuth === 'optional') return anonymous
    return bySession(request, need)
  }

  function byBearer(bearer: string, peer: string): Identified | Promise<Identified> {
    // What has the form of a secret of ours cannot be guessed, and must not make up for guesses at the key.
    if (idOfSecret(bearer) === undefined) return byKey(bearer, peer)
    return andThen(
      credentials.authenticate(bearer),
      (answer: Authenticated): Identified =>
        answer.ok ? credentialPrincipal(answer.credential) : { code: 'invalid_credential' }
    )
  }

  function byKey(bearer: string, peer: string): Identified {
    if (!isKey) return { code: 'invalid_credential' }
    // An address from which the key came is not made to wait: others behind it may guess.
    const waitMs = throttle.isKnown(peer) ? 0 : throttle.waitMs(peer)
    if (waitMs > 0) return { code: 'throttled', waitMs }
    if (isKey(bearer)) {
      if (!throttle.isKnown(peer)) throttle.succeeded(peer)
      return keyPrincipal
    }
    throttle.failed(peer, bearer)
    return { code: 'invalid_credential' }
  }

  function bySession(request: AuthRequest, need: Need): Identified | Promise<Identified> {
    const token = readCookie(request.header('cookie'), cookie)
    if (token === undefined) return { code: 'unauthenticated' }
    return andThen(sessions.find(token, apiKey), (found): Identified => {
      if (!found) return { code: 'unauthenticated' }
      if (needsCsrf(request, need) && !hasCsrf(request, found)) return { code: 'csrf' }
      return sessionPrincipal(found)
    })
  }

  function judge(
    request: AuthRequest,
    need: Need,
    tenant: string,
    who: Identified
  ): Principal | RefusalCode {
    if ('code' in who) return who.code
    const isBrowsers = who.via !== 'bearer' && changing.has(need) && !harmless.has(request.method)
    if (isBrowsers && isForeignPage(request)) return 'origin'
    if (who.role === 'anonymous' ? need !== 'check' : !mayDo(who.role, need)) return 'role'
    if (who.tenant !== undefined && who.tenant !== tenant) return 'tenant'
    return who
  }

  function answer(request: AuthRequest, need: Need, tenant: string, who: Identified): Authorized {
    const judged = judge(request, need, tenant, who)
    if (typeof judged !== 'string') return { ok: true, principal: judged }
    const { peer } = request
    const name = 'code' in who ? undefined : who.name
    events.refused({ code: judged, peer, need, tenant, ...(name === undefined ? {} : { name }) })
    const waitMs = 'code' in who ? who.waitMs : undefined
    return refuse(judged, {
      isCheck: need === 'check',
      ...(waitMs === undefined ? {} : { waitMs })
    })
  }

  return {
    isOpen() {
      try {
        return isOpen()
      } catch {
        // What cannot be known is not open to everybody.
        return false
      }
    },
    authorize(request, need, tenant) {
      const unavailable = (error: unknown): Authorized => {
        events.failed(error)
        return answer(request, need, tenant, { code: 'unavailable' })
      }
      try {
        const who = identify(request, need)
        if (!(who instanceof Promise)) return answer(request, need, tenant, who)
        return who.then((known) => answer(request, need, tenant, known)).catch(unavailable)
      } catch (error) {
        return unavailable(error)
      }
    },
    async whoAmI(request) {
      try {
        const who = await identify(request, 'follow')
        if (!('code' in who)) return answerWhoAmI(who)
        const { code, waitMs } = who
        events.refused({ code, peer: request.peer, need: 'follow', tenant: 'local' })
        return refuse(code, { isCheck: false, ...(waitMs === undefined ? {} : { waitMs }) }).answer
      } catch (error) {
        events.failed(error)
        return refuse('unavailable', { isCheck: false }).answer
      }
    }
  }
}

/** Whether a session alone is not enough: what version 1.0 calls the write class, and all that is as grave. */
function needsCsrf({ method }: AuthRequest, need: Need): boolean {
  if (need === 'admin') return !harmless.has(method)
  return need === 'write' || need === 'report' || need === 'check'
}

function hasCsrf({ header }: AuthRequest, { csrfToken }: FoundSession): boolean {
  return secretMatcher(csrfToken)(header('x-csrf-token') ?? '')
}

/** Goes on at once with what is there, and later with what is promised. */
function andThen<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
