import type { Role } from './role.ts'

/** What a secret stands for. It does not hold the secret. Times are milliseconds since 1970. */
export interface Credential {
  readonly id: string
  /** What people call it, in logs and in `approvers` of policies. No two that are not revoked share one. */
  readonly name: string
  readonly role: Role
  /** The agent that it asks as. Only agents have one; `*` is any. */
  readonly agent?: string
  /** The only tenant that it is good for. Absent when it is good for all. */
  readonly tenant?: string
  readonly createdAt: number
  readonly expiresAt?: number
  readonly revokedAt?: number
  readonly rotatedAt?: number
  /** When it was used last, within about a minute. */
  readonly lastUsedAt?: number
}

/** A credential as it is stored. */
export interface StoredCredential extends Credential {
  /** See `hashSecret`. */
  readonly hash: string
  /** The secret before this one, until its time is over. */
  readonly formerHash?: string
  readonly formerUntil?: number
}

/** Why a credential is good for nothing; undefined if it is good. */
export function overAs(
  { revokedAt, expiresAt = Number.POSITIVE_INFINITY }: Credential,
  now: number
): 'revoked' | 'expired' | undefined {
  if (revokedAt !== undefined) return 'revoked'
  return now >= expiresAt ? 'expired' : undefined
}

/** What may be told of a stored credential. */
export function withoutHashes(stored: StoredCredential): Credential {
  const { hash: _, formerHash: _1, formerUntil: _2, ...credential } = stored
  return credential
}
