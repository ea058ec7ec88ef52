import type { AccessBook } from './access-book.ts'
import { orFail } from './access-error.ts'
import { overAs, type StoredCredential, withoutHashes } from './credential.ts'
import { isSameHash, type Random } from './secret.ts'
import { csrfTokenOf, hashToken, keyProofOf, type StoredSession, withoutProofs } from './session.ts'
import type { FoundSession, OpenedSession, Sessions, WantedSession } from './sessions.ts'
import type { StaleCache } from './stale-cache.ts'

export interface SessionParts {
  readonly book: AccessBook
  readonly cache: StaleCache<StoredSession>
  /** The same that authenticates. */
  readonly credentials: StaleCache<StoredCredential>
  readonly now: () => number
  readonly random: Random
  readonly maxSessions: number
  /** Called when something has changed here. */
  readonly forget: () => void
}

const tokenForm = /^[0-9a-f]{64}$/

/** Composes a driver's book with the rules about sessions. */
export function createSessions(parts: SessionParts): Sessions {
  const { book, cache, credentials, now, random, maxSessions, forget } = parts

  function change<T>(work: () => T): T {
    try {
      return orFail(() => book.transact(work))
    } finally {
      forget()
    }
  }

  function open(wanted: WantedSession): OpenedSession {
    const { holder } = wanted
    const token = hex(random(32))
    return change((): OpenedSession => {
      const at = now()
      const credential = 'credentialId' in holder ? book.credential(holder.credentialId) : undefined
      if ('credentialId' in holder && (!credential || overAs(credential, at))) {
        return { ok: false, reason: 'invalid_credential' }
      }
      book.dropSessionsBefore(at)
      if (book.countSessions() >= maxSessions) return { ok: false, reason: 'full' }
      const id = `as_${hex(random(8))}`
      const stored = newSession(wanted, { id, token, at, endsAt: credential?.expiresAt })
      book.addSession(stored)
      return { ok: true, token, ...found(stored, token, credential) }
    })
  }

  function find(token: string, apiKey: string | undefined): FoundSession | undefined {
    if (!tokenForm.test(token)) return undefined
    const at = now()
    const hash = hashToken(token)
    const stored = cache.get(hash, at, () => orFail(() => book.session(hash)))
    if (!stored || at >= stored.expiresAt) return undefined
    const { credentialId: id } = stored
    if (id === undefined) {
      const isOfKey =
        apiKey !== undefined && isSameHash(stored.keyProof ?? '', keyProofOf(token, apiKey))
      return isOfKey ? found(stored, token) : undefined
    }
    const credential = credentials.get(id, at, () => orFail(() => book.credential(id)))
    return credential && !overAs(credential, at) ? found(stored, token, credential) : undefined
  }

  return {
    open: async (wanted) => {
      if (!(wanted.ttlMs > 0 && Number.isSafeInteger(wanted.ttlMs))) {
        throw new RangeError('`ttlMs` must be a whole number above 0')
      }
      return open(wanted)
    },
    find,
    end: async (token) => {
      if (!tokenForm.test(token)) return undefined
      return change(() => {
        const stored = book.session(hashToken(token))
        if (!stored) return undefined
        book.dropSession(stored.id)
        return withoutProofs(stored)
      })
    },
    revoke: async (id) => change(() => book.dropSession(id)),
    list: async () => {
      const at = now()
      const all = orFail(() => book.sessions())
      return all.filter(({ expiresAt }) => at < expiresAt).map(withoutProofs)
    }
  }
}

interface SessionFacts {
  readonly id: string
  readonly token: string
  readonly at: number
  /** When the credential is over. */
  readonly endsAt: number | undefined
}

function newSession(
  { holder, ttlMs, from }: WantedSession,
  { id, token, at, endsAt = Number.POSITIVE_INFINITY }: SessionFacts
): StoredSession {
  return {
    id,
    ...('credentialId' in holder ? { credentialId: holder.credentialId } : {}),
    openedAt: at,
    expiresAt: Math.min(at + ttlMs, endsAt),
    from,
    hash: hashToken(token),
    ...('apiKey' in holder ? { keyProof: keyProofOf(token, holder.apiKey) } : {})
  }
}

function found(
  stored: StoredSession,
  token: string,
  credential?: StoredCredential | undefined
): FoundSession {
  return {
    session: withoutProofs(stored),
    ...(credential ? { credential: withoutHashes(credential) } : {}),
    csrfToken: csrfTokenOf(token)
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
