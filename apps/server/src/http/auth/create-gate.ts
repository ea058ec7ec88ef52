import { type Access, createGuessThrottle } from '@agentguard/access'
import type { Auth, WhoAmI } from './auth.ts'
import { type AuthEventOptions, createAuthEvents } from './auth-events.ts'
import { createAuth } from './create-auth.ts'
import { createIsForeignPage, type OwnOrigins } from './foreign-page.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

export interface GateOptions extends OwnOrigins, AuthEventOptions {
  readonly access: Access
  /** The one API key. Without one, there may be named credentials. */
  readonly apiKey: string | undefined
  /** Whether who asks about an action has to have a credential. One that is sent is looked at in any case. */
  readonly checkAuth: 'optional' | 'required'
  /** Whether browsers reach us through TLS that something in front of us terminates. */
  readonly isTls: boolean
  /** How long a session lasts: the policy's `proxy.session.ttl`. It is asked for at each login. */
  readonly sessionTtlMs: () => number
}

/** Creates the gate and what signs people in: they share one throttle. */
export function createGate(options: GateOptions): Auth & WhoAmI & SignIn {
  const shared = {
    ...options,
    isForeignPage: createIsForeignPage(options),
    throttle: createGuessThrottle(options.now ? { now: options.now } : {}),
    events: createAuthEvents(options)
  }
  const auth = createAuth(shared)
  return { ...auth, ...createSignIn({ ...shared, isOpen: auth.isOpen }) }
}
