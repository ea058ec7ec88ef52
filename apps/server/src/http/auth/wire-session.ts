import type { Session } from '@agentguard/access'
import { timestamp } from './timestamp.ts'

/** A session as programs read it. */
export function wireSession(session: Session): Readonly<Record<string, unknown>> {
  const { id, credentialId, openedAt, expiresAt, from } = session
  return {
    id,
    ...(credentialId === undefined ? { opened_with: 'key' } : { credential_id: credentialId }),
    opened_at: timestamp(openedAt),
    expires_at: timestamp(expiresAt),
    from
  }
}
