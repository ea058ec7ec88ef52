import type { DatabaseSync } from 'node:sqlite'
import {
  type ActionRequest,
  type Approval,
  type AuditEntry,
  approvalSchema
} from '@agentguard/protocol'
import { validated } from './validated.ts'

/** A session's costs, as AgentGuard 1.0 has them. */
export interface SessionCost {
  readonly tenant: string
  readonly session: string
  readonly dollars: number
  /** Milliseconds; undefined where the time cannot be read. */
  readonly updatedAt: number | undefined
}

/** Rows of a table, with how many of them cannot be read. */
export interface Rows<Row> {
  readonly rows: readonly Row[]
  readonly unreadable: number
}

/** The tables of AgentGuard 1.0 whose contents move elsewhere. That of the tenants' policies is ours, too. */
export const movedTables = [
  'approvals',
  'rate_buckets',
  'session_costs',
  'rate_consumption',
  'cost_consumption'
] as const

/** Where the entries of its audit log were kept, with `--audit-backend store`. */
export const entriesTable = 'audit_entries'

/** Whether a database is one of AgentGuard 1.0: its tables are there and ours are not. */
export function isReferenceDatabase(database: DatabaseSync): boolean {
  const version = database.prepare('pragma user_version').get()?.['user_version']
  return Number(version) === 0 && columnsOf(database, 'approvals').includes('resolved_at')
}

/** The approvals. A row that cannot be read holds up no other. */
export function readApprovals(database: DatabaseSync): Rows<Approval> {
  return readRows(database, 'approvals', (row) => {
    const text = (name: string): string => String(row[name] ?? '')
    const optional = (...names: string[]): Record<string, string> =>
      Object.fromEntries(names.flatMap((name) => (text(name) ? [[name, text(name)]] : [])))
    const { tenant_id, ...rest } = optional(
      'tenant_id',
      'decision',
      'consumed_at',
      'resolved_via',
      'resolved_from'
    )
    const {
      schema_version: _,
      approval_id: __,
      approval_url: ___,
      ...result
    } = JSON.parse(text('result'))
    return validated(approvalSchema, {
      id: text('id'),
      ...(tenant_id === 'local' ? {} : { tenant_id }),
      request: JSON.parse(text('request')),
      result,
      created_at: text('created_at'),
      resolved: Boolean(row['resolved']),
      resolved_at: text('resolved_at') || '0001-01-01T00:00:00Z',
      ...rest
    })
  })
}

/** What sessions have spent. */
export function readSessionCosts(database: DatabaseSync): Rows<SessionCost> {
  return readRows(database, 'session_costs', (row) => {
    const dollars = Number(row['cost'])
    if (!Number.isFinite(dollars) || dollars < 0) throw new RangeError('a cost is out of range')
    const updatedAt = Date.parse(String(row['last_updated']))
    return {
      tenant: String(row['tenant_id']),
      session: String(row['session_id']),
      dollars,
      updatedAt: Number.isNaN(updatedAt) ? undefined : updatedAt
    }
  })
}

/** An entry of the audit log in the database, with its number. */
export interface StoredEntry {
  readonly id: number
  readonly entry: AuditEntry
}

/** The entries behind a number, as many as are asked for, in their order. */
export function readEntries(database: DatabaseSync, after: number, limit: number): StoredEntry[] {
  const select = database.prepare(`select * from ${entriesTable} where id > ? order by id limit ?`)
  return select.all(after, limit).map((row) => ({ id: Number(row['id']), entry: entryOf(row) }))
}

const actionMembers = ['action', 'command', 'path', 'domain', 'url'] as const

function entryOf(row: Readonly<Record<string, unknown>>): AuditEntry {
  const text = (name: string): string => String(row[name] ?? '')
  const tenant = text('tenant_id')
  const said = actionMembers.flatMap((name) => (text(name) ? [[name, text(name)]] : []))
  const agent_id = text('agent_id')
  const session_id = text('session_id')
  const request: ActionRequest = {
    scope: text('scope'),
    ...Object.fromEntries(said),
    ...(agent_id ? { agent_id } : {}),
    ...(session_id ? { session_id } : {})
  }
  const rule = text('rule')
  const decision =
    text('decision') === 'ALLOW' || text('decision') === 'REQUIRE_APPROVAL'
      ? text('decision')
      : 'DENY'
  return {
    timestamp: text('timestamp'),
    ...(tenant === '' || tenant === 'local' ? {} : { tenant_id: tenant }),
    session_id,
    agent_id,
    request,
    result: {
      decision: decision as 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL',
      reason: text('reason'),
      ...(rule ? { matched_rule: rule } : {})
    },
    duration_ms: Math.max(0, Math.floor(Number(row['duration_ms']) || 0)),
    ...(text('transport') ? { transport: text('transport') } : {})
  }
}

function readRows<Row>(
  database: DatabaseSync,
  table: string,
  read: (row: Readonly<Record<string, unknown>>) => Row
): Rows<Row> {
  if (columnsOf(database, table).length === 0) return { rows: [], unreadable: 0 }
  const rows: Row[] = []
  let unreadable = 0
  for (const row of database.prepare(`select * from ${table}`).all()) {
    try {
      rows.push(read(row))
    } catch {
      unreadable++
    }
  }
  return { rows, unreadable }
}

/** The columns of a table; none without the table. */
export function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare('select name from pragma_table_info(?)')
    .all(table)
    .map(({ name }) => String(name))
}
