import type { Credential } from './credential.ts'
import type { CredentialIssue, WantedCredential } from './wanted-credential.ts'

/** What creating and rotating answer. This is the only time that the secret is told. */
export interface Issued {
  readonly ok: true
  readonly credential: Credential
  readonly secret: string
}

export type Created =
  | Issued
  | { readonly ok: false; readonly reason: 'invalid'; readonly issues: readonly CredentialIssue[] }
  /** Another credential that is not revoked has this name. */
  | { readonly ok: false; readonly reason: 'name_taken' }
  /** There are as many as may be, and none of them is revoked. */
  | { readonly ok: false; readonly reason: 'full' }

export type Rotated = Issued | { readonly ok: false; readonly reason: 'not_found' | 'revoked' }

export type Revoked =
  /** `changed` is false when it was revoked before. */
  | { readonly ok: true; readonly changed: boolean; readonly credential: Credential }
  | { readonly ok: false; readonly reason: 'not_found' }

export type Authenticated =
  | { readonly ok: true; readonly credential: Credential }
  /** The last two are only said of the right secret. */
  | { readonly ok: false; readonly reason: 'unknown' | 'revoked' | 'expired' }

/**
 * Who may use the server.
 *
 * Changes are durable and hold for this process when their promise resolves; other processes that share the
 * store see them within `maxStaleMs`. A store that fails rejects, or throws where the answer is not a promise,
 * with an `AccessError`, and then nobody may be let in.
 */
export interface Credentials {
  /** Makes a credential and its secret. */
  create(wanted: WantedCredential): Promise<Created>

  /**
   * Finds out what a secret stands for. An answer that is known is given at once; a driver that has to ask for
   * it gives a promise.
   */
  authenticate(secret: string): Authenticated | Promise<Authenticated>

  /** Gives a credential a new secret. The present one is good for `overlapMs` more. Ends its sessions. */
  rotate(idOrName: string, options?: { readonly overlapMs?: number }): Promise<Rotated>

  /** Makes a credential good for nothing, for ever, and ends its sessions. */
  revoke(idOrName: string): Promise<Revoked>

  /** All of them, the oldest first, those at their end too. */
  list(): Promise<readonly Credential[]>

  /**
   * Whether there is or was a credential, as it was at most `maxStaleMs` ago. Once true, it stays so: who
   * revokes the last one does not want to let everybody in.
   */
  isInUse(): boolean
}
