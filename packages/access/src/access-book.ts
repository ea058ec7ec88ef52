import type { StoredCredential } from './credential.ts'
import type { StoredSession } from './session.ts'

/** Where a driver keeps credentials and sessions. It decides nothing. */
export interface AccessBook {
  /** Runs `work` alone among all who share the book: all that it writes, or nothing, durably. */
  transact<T>(work: () => T): T

  credential(id: string): StoredCredential | undefined
  /** The one of this name, in whatever case, that is not revoked. */
  credentialNamed(name: string): StoredCredential | undefined
  /** All of them, the oldest first. */
  credentials(): readonly StoredCredential[]
  countCredentials(): number
  addCredential(credential: StoredCredential): void
  /** Writes what has become of a credential, all but when it was used. */
  replaceCredential(credential: StoredCredential): void
  /** Notes when a credential was used, unless a later time is known. */
  usedCredential(id: string, at: number): void
  /** Drops the one that was revoked first. False if none is revoked. */
  dropRevokedCredential(): boolean

  session(hash: string): StoredSession | undefined
  /** All of them, the oldest first. */
  sessions(): readonly StoredSession[]
  countSessions(): number
  addSession(session: StoredSession): void
  /** Drops a session by its id. False if there is none. */
  dropSession(id: string): boolean
  /** Drops the sessions of a credential. */
  dropSessionsOf(credentialId: string): void
  /** Drops the sessions that are over. */
  dropSessionsBefore(now: number): void
}
