import type { AccessBook } from '../access-book.ts'
import { type Access, type AccessOptions, createAccess } from '../create-access.ts'
import type { StoredCredential } from '../credential.ts'
import type { StoredSession } from '../session.ts'

/** Credentials and sessions of this process, which end with it. */
export function memoryAccess(options: AccessOptions = {}): Access {
  return createAccess(new MemoryBook(), options)
}

class MemoryBook implements AccessBook {
  readonly #credentials = new Map<string, StoredCredential>()
  /** By hash. */
  readonly #sessions = new Map<string, StoredSession>()

  // Nothing that is done inside waits or fails between two writes.
  transact<T>(work: () => T): T {
    return work()
  }

  credential(id: string): StoredCredential | undefined {
    return this.#credentials.get(id)
  }

  credentialNamed(name: string): StoredCredential | undefined {
    const wanted = name.toLowerCase()
    return [...this.#credentials.values()].find(
      (one) => one.revokedAt === undefined && one.name.toLowerCase() === wanted
    )
  }

  credentials(): readonly StoredCredential[] {
    return [...this.#credentials.values()]
  }

  countCredentials(): number {
    return this.#credentials.size
  }

  addCredential(credential: StoredCredential): void {
    this.#credentials.set(credential.id, credential)
  }

  replaceCredential(credential: StoredCredential): void {
    const lastUsedAt = this.#credentials.get(credential.id)?.lastUsedAt
    const { lastUsedAt: _, ...rest } = credential
    this.#credentials.set(credential.id, lastUsedAt === undefined ? rest : { ...rest, lastUsedAt })
  }

  usedCredential(id: string, at: number): void {
    const credential = this.#credentials.get(id)
    if (!credential || at <= (credential.lastUsedAt ?? 0)) return
    this.#credentials.set(id, { ...credential, lastUsedAt: at })
  }

  dropRevokedCredential(): boolean {
    const revoked = [...this.#credentials.values()].filter((one) => one.revokedAt !== undefined)
    const [first] = revoked.toSorted((a, b) => (a.revokedAt ?? 0) - (b.revokedAt ?? 0))
    return first !== undefined && this.#credentials.delete(first.id)
  }

  session(hash: string): StoredSession | undefined {
    return this.#sessions.get(hash)
  }

  sessions(): readonly StoredSession[] {
    return [...this.#sessions.values()]
  }

  countSessions(): number {
    return this.#sessions.size
  }

  addSession(session: StoredSession): void {
    this.#sessions.set(session.hash, session)
  }

  dropSession(id: string): boolean {
    return this.#dropSessionsThat((session) => session.id === id)
  }

  dropSessionsOf(credentialId: string): void {
    this.#dropSessionsThat((session) => session.credentialId === credentialId)
  }

  dropSessionsBefore(now: number): void {
    this.#dropSessionsThat((session) => now >= session.expiresAt)
  }

  #dropSessionsThat(matches: (session: StoredSession) => boolean): boolean {
    let dropped = false
    for (const [hash, session] of this.#sessions) {
      if (matches(session)) dropped = this.#sessions.delete(hash)
    }
    return dropped
  }
}
