import type { AccessBook } from './access-book.ts'
import { orFail } from './access-error.ts'
import { type Credential, overAs, type StoredCredential, withoutHashes } from './credential.ts'
import type { Authenticated, Created, Credentials, Revoked, Rotated } from './credentials.ts'
import { hashSecret, idOfSecret, isSameHash, newSecret, type Random, secretOf } from './secret.ts'
import type { StaleCache } from './stale-cache.ts'
import { findIssues, membersOf, type WantedCredential } from './wanted-credential.ts'

export interface CredentialParts {
  readonly book: AccessBook
  readonly cache: StaleCache<StoredCredential>
  readonly now: () => number
  readonly random: Random
  readonly maxCredentials: number
  readonly maxStaleMs: number
  /** Called when something has changed here. */
  readonly forget: () => void
  /** Called when a credential was used. */
  readonly used: (id: string, at: number) => void
}

/** Composes a driver's book with the rules about credentials. */
export function createCredentials(parts: CredentialParts): Credentials {
  const { book, cache, now, random, maxCredentials, maxStaleMs, forget, used } = parts
  let inUse = false
  let lookedAt = Number.NEGATIVE_INFINITY

  function change<T>(work: () => T): T {
    try {
      return orFail(() => book.transact(work))
    } finally {
      // Also after a failure: the change may have been made all the same.
      forget()
    }
  }

  function create(wanted: WantedCredential): Created {
    const at = now()
    const issues = findIssues(wanted, at)
    if (issues.length > 0) return { ok: false, reason: 'invalid', issues }
    const { id, secret } = newSecret(random)
    const credential: Credential = { id, ...membersOf(wanted), createdAt: at }
    return change((): Created => {
      if (book.credentialNamed(wanted.name)) return { ok: false, reason: 'name_taken' }
      if (book.countCredentials() >= maxCredentials && !book.dropRevokedCredential()) {
        return { ok: false, reason: 'full' }
      }
      book.addCredential({ ...credential, hash: hashSecret(secret) })
      return { ok: true, credential, secret }
    })
  }

  function authenticate(secret: string): Authenticated {
    const at = now()
    const id = idOfSecret(secret)
    if (id === undefined) return unknown
    const stored = cache.get(id, at, () => orFail(() => book.credential(id)))
    if (!stored || !isSecretOf(stored, secret, at)) return unknown
    const over = overAs(stored, at)
    if (over) return { ok: false, reason: over }
    used(id, at)
    return { ok: true, credential: withoutHashes(stored) }
  }

  function rotate(idOrName: string, overlapMs: number): Rotated {
    return change((): Rotated => {
      const stored = find(book, idOrName)
      if (!stored) return { ok: false, reason: 'not_found' }
      if (stored.revokedAt !== undefined) return { ok: false, reason: 'revoked' }
      const at = now()
      const { hash, formerHash: _, formerUntil: _1, ...rest } = stored
      const { secret } = secretOf(stored.id, random)
      const rotated = { ...rest, rotatedAt: at, hash: hashSecret(secret) }
      const former = overlapMs > 0 ? { formerHash: hash, formerUntil: at + overlapMs } : {}
      book.replaceCredential({ ...rotated, ...former })
      book.dropSessionsOf(stored.id)
      return { ok: true, credential: withoutHashes(rotated), secret }
    })
  }

  function revoke(idOrName: string): Revoked {
    return change((): Revoked => {
      const stored = find(book, idOrName)
      if (!stored) return { ok: false, reason: 'not_found' }
      if (stored.revokedAt !== undefined) {
        return { ok: true, changed: false, credential: withoutHashes(stored) }
      }
      const revoked = { ...stored, revokedAt: now() }
      book.replaceCredential(revoked)
      book.dropSessionsOf(stored.id)
      return { ok: true, changed: true, credential: withoutHashes(revoked) }
    })
  }

  function isInUse(): boolean {
    const at = now()
    if (inUse || (at >= lookedAt && at - lookedAt < maxStaleMs)) return inUse
    inUse = orFail(() => book.countCredentials()) > 0
    lookedAt = at
    return inUse
  }

  return {
    create: async (wanted) => {
      const created = create(wanted)
      if (created.ok) inUse = true
      return created
    },
    authenticate,
    rotate: async (idOrName, { overlapMs = 0 } = {}) => {
      if (!Number.isSafeInteger(overlapMs) || overlapMs < 0) {
        throw new RangeError('`overlapMs` must be a whole number, 0 or above')
      }
      return rotate(idOrName, overlapMs)
    },
    revoke: async (idOrName) => revoke(idOrName),
    list: async () => orFail(() => book.credentials()).map(withoutHashes),
    isInUse
  }
}

const unknown: Authenticated = { ok: false, reason: 'unknown' }

function isSecretOf(
  { hash, formerHash, formerUntil = 0 }: StoredCredential,
  secret: string,
  now: number
): boolean {
  const given = hashSecret(secret)
  if (isSameHash(given, hash)) return true
  return formerHash !== undefined && now < formerUntil && isSameHash(given, formerHash)
}

/** An id has the form of a name; no name is the id of another, since ids are random. */
function find(book: AccessBook, idOrName: string): StoredCredential | undefined {
  return book.credential(idOrName) ?? book.credentialNamed(idOrName)
}
