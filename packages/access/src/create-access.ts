import { randomBytes } from 'node:crypto'
import type { AccessBook } from './access-book.ts'
import { orFail } from './access-error.ts'
import { createCredentials } from './create-credentials.ts'
import { createSessions } from './create-sessions.ts'
import type { StoredCredential } from './credential.ts'
import type { Credentials } from './credentials.ts'
import type { Random } from './secret.ts'
import type { StoredSession } from './session.ts'
import type { Sessions } from './sessions.ts'
import { StaleCache } from './stale-cache.ts'

export interface AccessOptions {
  /** @defaultValue `Date.now` */
  readonly now?: () => number
  /** @defaultValue `randomBytes` of `node:crypto` */
  readonly random?: Random
  /**
   * How long this process may go on without looking at what other processes have changed.
   *
   * @defaultValue 250 ms
   */
  readonly maxStaleMs?: number
  /** How many credentials, and how many sessions, are held in memory. @defaultValue 1024 */
  readonly maxCached?: number
  /** @defaultValue 1024 */
  readonly maxSessions?: number
  /** Those that are revoked included; they make room for new ones. @defaultValue 10 000 */
  readonly maxCredentials?: number
}

/** Who may do what: named credentials, and the browsers that are signed in with one or with the API key. */
export interface Access {
  readonly credentials: Credentials
  readonly sessions: Sessions

  /**
   * Writes when credentials were used, and drops sessions that are over; to be called every minute or so. No
   * request waits for it: a use is not worth a write to the disk.
   */
  tend(): Promise<void>

  /** The same for the last time. It closes no database that was passed in. */
  close(): Promise<void>
}

/** Composes a driver's book with the rules. */
export function createAccess(book: AccessBook, options: AccessOptions = {}): Access {
  const {
    now = Date.now,
    random = randomBytes,
    maxStaleMs = 250,
    maxCached = 1024,
    maxSessions = 1024,
    maxCredentials = 10_000
  } = options
  assertBounds({ maxStaleMs, maxCached, maxSessions, maxCredentials })
  const known = new StaleCache<StoredCredential>(maxCached, maxStaleMs)
  const signedIn = new StaleCache<StoredSession>(maxCached, maxStaleMs)
  /** Bounded by the credentials that there are. */
  const uses = new Map<string, number>()

  function forget(): void {
    known.clear()
    signedIn.clear()
  }

  async function tend(): Promise<void> {
    orFail(() =>
      book.transact(() => {
        for (const [id, at] of uses) book.usedCredential(id, at)
        book.dropSessionsBefore(now())
      })
    )
    uses.clear()
  }

  const credentials = createCredentials({
    book,
    cache: known,
    now,
    random,
    maxCredentials,
    maxStaleMs,
    forget,
    used: (id, at) => void uses.set(id, at)
  })
  return {
    credentials: {
      ...credentials,
      list: async () =>
        (await credentials.list()).map((credential) => {
          const at = Math.max(uses.get(credential.id) ?? 0, credential.lastUsedAt ?? 0)
          return at > 0 ? { ...credential, lastUsedAt: at } : credential
        })
    },
    sessions: createSessions({
      book,
      cache: signedIn,
      credentials: known,
      now,
      random,
      maxSessions,
      forget
    }),
    tend,
    close: tend
  }
}

function assertBounds(bounds: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(bounds)) {
    if (!(Number.isSafeInteger(value) && value > 0)) {
      throw new RangeError(`\`${name}\` must be a whole number above 0`)
    }
  }
}
