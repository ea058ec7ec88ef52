import type { AuditEntry } from '@agentguard/protocol'

/** Which entries of the audit log are wanted. All is optional. */
export interface AuditQuery {
  agentId?: string | undefined
  sessionId?: string | undefined
  decision?: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL' | undefined
  scope?: string | undefined
  transport?: string | undefined
  requestId?: string | undefined
  /** From when on, in RFC 3339. */
  since?: string | undefined
  /** Until when, in RFC 3339. */
  until?: string | undefined
  text?: string | undefined
  order?: 'asc' | 'desc' | undefined
  limit?: number | undefined
  /** Where the page before ended. */
  cursor?: string | undefined
}

/** Some entries of the audit log. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** Where the next page begins; undefined if this is the last one. */
  readonly cursor?: string | undefined
}

/** The query of a URL, with its question mark; empty if nothing is asked for. */
export function auditSearch(query: AuditQuery): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    search.set(
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      String(value)
    )
  }
  const text = search.toString()
  return text && `?${text}`
}
