import type { Credential, Session } from '@agentguard/access'

/** A credential as programs read it. */
export function wireCredential(credential: Credential): Readonly<Record<string, unknown>> {
  const { id, name, role, agent, tenant, createdAt } = credential
  return {
    id,
    name,
    role,
    ...(agent === undefined ? {} : { agent }),
    ...(tenant === undefined ? {} : { tenant }),
    created_at: timestamp(createdAt),
    ...time('expires_at', credential.expiresAt),
    ...time('revoked_at', credential.revokedAt),
    ...time('rotated_at', credential.rotatedAt),
    ...time('last_used_at', credential.lastUsedAt)
  }
}

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

/** How a credential stands, in a word. */
export function stateOf(
  { revokedAt, expiresAt = Number.POSITIVE_INFINITY }: Credential,
  now: number
): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked'
  return now >= expiresAt ? 'expired' : 'active'
}

/** Rows as a table, each column as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => (row[at] ?? '').length))
  )
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  )
}

/** RFC 3339 in whole seconds, UTC. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

function time(name: string, ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { [name]: timestamp(ms) }
}
