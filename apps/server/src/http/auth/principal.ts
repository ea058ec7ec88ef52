import type { Credential, FoundSession } from '@agentguard/access'

/** What somebody is to the server. */
type PrincipalRole = 'anonymous' | 'agent' | 'approver' | 'auditor' | 'admin'

/** Somebody who was let in. It holds no secret but the session's CSRF value. */
export interface Principal {
  /** How they are known: the contract's `resolved_via`. `open` is everybody. */
  readonly via: 'bearer' | 'session' | 'open'
  readonly role: PrincipalRole
  /** The named credential. Absent for the API key and for everybody. */
  readonly credentialId?: string
  /**
   * The name to record as who answers: that of the credential, or `key`. Absent for everybody.
   * Never the name to ask under: that is `requestedBy`.
   */
  readonly name?: string
  /**
   * The name to record as who asks (the guard's `caller`): that of the credential. Absent for the API key,
   * which everybody may share: it could then not approve anything that came with it.
   */
  readonly requestedBy?: string
  /** The agent that this credential asks as. Absent when it may ask as any. */
  readonly agent?: string
  /** The only tenant that the credential is good for. Absent when it is good for all. */
  readonly tenant?: string
  /** The browser session, where there is one. */
  readonly session?: {
    readonly id: string
    readonly csrfToken: string
    /** Milliseconds since 1970. */
    readonly expiresAt: number
  }
}

/** Somebody who answers an approval, as `@agentguard/approvals` takes it. */
export interface KnownVoter {
  readonly by?: string
  readonly roles: readonly string[]
  readonly via: string
  readonly from: string
}

/** The principal as somebody who answers approvals: `resolved_by`, `resolved_via`, `resolved_from`. */
export function voterOf({ name, role, via }: Principal, peer: string): KnownVoter {
  return {
    ...(name === undefined ? {} : { by: name }),
    roles: role === 'admin' ? ['admin', 'approver'] : [role],
    via,
    from: peer
  }
}

/** Everybody, where there is neither an API key nor a credential. */
export const openPrincipal: Principal = Object.freeze({ via: 'open', role: 'admin' })

/** Somebody who sent no credential with a check. */
export const anonymous: Principal = Object.freeze({ via: 'open', role: 'anonymous' })

/** Somebody with the API key. It has a name to answer under and none to ask under. */
export const keyPrincipal: Principal = Object.freeze({ via: 'bearer', role: 'admin', name: 'key' })

/** Somebody with a named credential. */
export function credentialPrincipal(credential: Credential): Principal {
  const { id, name, role, agent, tenant } = credential
  return {
    via: 'bearer',
    role,
    credentialId: id,
    name,
    requestedBy: name,
    ...(agent === undefined || agent === '*' ? {} : { agent }),
    ...(tenant === undefined ? {} : { tenant })
  }
}

/** Somebody who has signed in with a browser. */
export function sessionPrincipal({ session, credential, csrfToken }: FoundSession): Principal {
  return {
    ...(credential ? credentialPrincipal(credential) : keyPrincipal),
    via: 'session',
    session: { id: session.id, csrfToken, expiresAt: session.expiresAt }
  }
}
