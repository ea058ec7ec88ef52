import type { Credential } from './credential.ts'
import type { Session } from './session.ts'

/** Who signs in: somebody with a credential, or with the API key. */
export type SessionHolder = { readonly credentialId: string } | { readonly apiKey: string }

export interface WantedSession {
  readonly holder: SessionHolder
  /** How long it lasts. It is never prolonged, and never outlives the credential. */
  readonly ttlMs: number
  /** The network address that it is opened from. */
  readonly from: string
}

/** A session, with what belongs to its token. */
export interface FoundSession {
  readonly session: Session
  /** The credential that opened it. Absent when the API key did. */
  readonly credential?: Credential
  /** What a page has to send with all that changes something: 64 hexadecimal digits. */
  readonly csrfToken: string
}

export type OpenedSession =
  /** `token`, 64 hexadecimal digits, is told only now. */
  | ({ readonly ok: true; readonly token: string } & FoundSession)
  /** There are as many as may be. None of them is ended for a new one. */
  | { readonly ok: false; readonly reason: 'full' }
  /** The credential is revoked, expired or unknown. */
  | { readonly ok: false; readonly reason: 'invalid_credential' }

/**
 * The browsers that are signed in. What holds for changes, processes and failures of {@link Credentials} holds
 * here too.
 */
export interface Sessions {
  /** Opens a session under a new token. */
  open(wanted: WantedSession): Promise<OpenedSession>

  /**
   * Finds the session of a token; undefined if there is none, if it is over, if its credential is, or if it
   * was opened with another API key than this one.
   */
  find(
    token: string,
    apiKey: string | undefined
  ): FoundSession | undefined | Promise<FoundSession | undefined>

  /** Ends the session of a token. Resolves to the session that it was. */
  end(token: string): Promise<Session | undefined>

  /** Ends a session by its id. Resolves to whether there was one. */
  revoke(id: string): Promise<boolean>

  /** Those that are not over, the oldest first. */
  list(): Promise<readonly Session[]>
}
