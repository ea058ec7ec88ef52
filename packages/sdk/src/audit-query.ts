import type { AuditEntry } from '@agentguard/protocol'

/** Which entries of the audit log are wanted, by the names of the wire. All is optional. */
export interface AuditQuery {
  agent_id?: string | undefined
  session_id?: string | undefined
  decision?: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL' | undefined
  scope?: string | undefined
  transport?: string | undefined
  request_id?: string | undefined
  trace_id?: string | undefined
  /** From when on, in RFC 3339. */
  since?: string | undefined
  /** Until when, in RFC 3339. */
  until?: string | undefined
  /** What an entry has to contain. */
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

/** The query of a URL. */
export function auditSearch(query: AuditQuery): string {
  // JSON leaves out what is undefined.
  return String(new URLSearchParams(JSON.parse(JSON.stringify(query))))
}
