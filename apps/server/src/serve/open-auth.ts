import type { DatabaseSync } from 'node:sqlite'
import { type Access, createGuessThrottle, memoryAccess } from '@agentguard/access'
import type { Auth, WhoAmI } from '../http/auth/auth.ts'
import { type AuthEvent, createAuthEvents, type Refused } from '../http/auth/auth-events.ts'
import { createAuth } from '../http/auth/create-auth.ts'
import { createIsForeignPage } from '../http/auth/foreign-page.ts'
import { createSignIn, type SignIn } from '../http/auth/sign-in.ts'
import type { Journal } from './journal.ts'
import type { ServeOptions } from './options.ts'

export interface OpenAuthOptions {
  readonly options: ServeOptions
  readonly database: DatabaseSync | undefined
  /** How long a browser's session lasts, now. */
  readonly sessionTtlMs: () => number
  readonly journal: Journal
  readonly onRefusal: (refused: Refused) => void
  readonly onFault: (error: unknown) => void
}

export interface OpenAuth {
  readonly auth: Auth & WhoAmI
  readonly signIn: SignIn
  readonly access: Access
}

/** Opens what says who may do what. */
export async function openAuth(given: OpenAuthOptions): Promise<OpenAuth> {
  const { options, database, sessionTtlMs, journal, onRefusal, onFault } = given
  const { apiKey, checkAuth, isTlsTerminatedUpstream: isTls, allowedOrigin, baseUrl } = options
  const access = database ? await storedAccess(database) : memoryAccess()
  const events = createAuthEvents({ onRefusal, onEvent: (event) => note(journal, event), onFault })
  const common = {
    access,
    apiKey,
    isTls,
    isForeignPage: createIsForeignPage({ allowedOrigin, baseUrl }),
    throttle: createGuessThrottle(),
    events
  }
  const auth = createAuth({ ...common, checkAuth })
  const signIn = createSignIn({ ...common, isOpen: () => auth.isOpen(), sessionTtlMs })
  return { auth, signIn, access }
}

async function storedAccess(database: DatabaseSync): Promise<Access> {
  const { sqliteAccess } = await import('@agentguard/access/sqlite')
  return sqliteAccess({ database })
}

function note(journal: Journal, event: AuthEvent): void {
  const { type, ...detail } = event
  journal.note(type === 'refused' ? 'auth-refused' : `session-${type}`, tenantNamed(detail))
}

/** The audit log knows a tenant by its name on the wire. */
function tenantNamed(detail: object): Readonly<Record<string, unknown>> {
  const { tenant, ...rest } = detail as Record<string, unknown>
  return tenant === undefined ? rest : { tenant_id: tenant, ...rest }
}
