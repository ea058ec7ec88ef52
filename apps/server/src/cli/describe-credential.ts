import type { Credential } from '@agentguard/access'
import { timestamp } from '../http/auth/timestamp.ts'

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

function time(name: string, ms: number | undefined): Readonly<Record<string, string>> {
  return ms === undefined ? {} : { [name]: timestamp(ms) }
}
