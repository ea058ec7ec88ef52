import { createHmac, hash } from 'node:crypto'

/** Somebody who has signed in with a browser. It does not hold the token. Times are milliseconds since 1970. */
export interface Session {
  /** `as_` and 16 hexadecimal digits: to list it and to end it. Not the token. */
  readonly id: string
  /** The credential that opened it. Absent when the API key did. */
  readonly credentialId?: string
  readonly openedAt: number
  readonly expiresAt: number
  /** The network address that it was opened from. */
  readonly from: string
}

/** A session as it is stored. */
export interface StoredSession extends Session {
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly hash: string
  /** See `keyProof`. Absent when a credential opened it. */
  readonly keyProof?: string
}

/** What is stored of a token. A token has 256 random bits: see `hashSecret`. */
export function hashToken(token: string): string {
  return hash('sha256', token)
}

/**
 * The value that a page sends to show that it can read the answers of this server. It belongs to one session,
 * and who has it does not have the session: it is computed from the token, and not the other way round.
 */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('agentguard csrf').digest('hex')
}

/**
 * Shows that a session was opened with this API key, so that it ends when the key is changed.
 *
 * It is keyed with the token, which is not stored: an API key that could be guessed cannot be found from it.
 */
export function keyProofOf(token: string, apiKey: string): string {
  return createHmac('sha256', token).update(`agentguard key ${apiKey}`).digest('hex')
}

/** What may be told of a stored session. */
export function withoutProofs(stored: StoredSession): Session {
  const { hash: _, keyProof: _1, ...session } = stored
  return session
}
