import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * The tables of AgentGuard 1.0, by the description of its storage: names, columns and keys. Times are RFC 3339
 * with up to nine fractional digits, '' is "not set", the local tenant is `local`.
 */
const tables = `
create table approvals (tenant_id text not null, id text not null, request text not null, result text not null,
  created_at text not null, resolved integer not null default 0, decision text not null default '',
  resolved_at text not null default '', consumed_at text not null default '',
  resolved_via text not null default '', resolved_from text not null default '', primary key (tenant_id, id));
create table rate_buckets (tenant_id text not null, key text not null, tokens real not null, max_tokens real not null,
  window_ns integer not null, last_refill text not null, primary key (tenant_id, key));
create table session_costs (tenant_id text not null, session_id text not null, cost real not null,
  last_updated text not null, primary key (tenant_id, session_id));
create table audit_entries (id integer primary key autoincrement, tenant_id text not null, timestamp text not null,
  session_id text not null, agent_id text not null, scope text not null, action text not null, command text not null,
  path text not null, domain text not null, url text not null, decision text not null, reason text not null,
  rule text not null, duration_ms integer not null, transport text not null);
create table policies (tenant_id text primary key, policy_yaml text not null, updated_at text not null);
create table rate_consumption (tenant_id text, key text, window_epoch integer, node_id text, consumed real,
  updated_at text, primary key (tenant_id, key, window_epoch, node_id));
create table cost_consumption (tenant_id text, session_id text, node_id text, consumed real, updated_at text,
  primary key (tenant_id, session_id, node_id));
`

export interface ReferenceApproval {
  readonly id: string
  readonly tenant?: string
  readonly request: Readonly<Record<string, unknown>>
  readonly created?: string
  readonly decision?: 'ALLOW' | 'DENY'
  readonly resolvedAt?: string
  readonly consumedAt?: string
}

/** The database of AgentGuard 1.0 in a data directory, in its write-ahead mode. */
export function createReferenceDatabase(directory: string): DatabaseSync {
  const database = new DatabaseSync(join(directory, 'agentguard.db'))
  database.exec(`pragma journal_mode = wal; pragma synchronous = normal; ${tables}`)
  return database
}

export function putApproval(database: DatabaseSync, approval: ReferenceApproval): void {
  const { id, tenant = 'local', request, created = '2026-11-22T07:02:56.180906255Z' } = approval
  const { decision = '', resolvedAt = '', consumedAt = '' } = approval
  const result = {
    decision: 'REQUIRE_APPROVAL',
    reason: 'Matches approval rule in shell scope',
    matched_rule: 'require_approval:shell:deploy *'
  }
  database
    .prepare('insert into approvals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      tenant,
      id,
      JSON.stringify(request),
      JSON.stringify(result),
      created,
      decision === '' ? 0 : 1,
      decision,
      resolvedAt,
      consumedAt,
      decision === '' ? '' : 'bearer',
      decision === '' ? '' : '10.0.0.1'
    )
}

export function putEntry(database: DatabaseSync, tenant: string, command: string): void {
  database
    .prepare(
      `insert into audit_entries (tenant_id, timestamp, session_id, agent_id, scope, action, command, path, domain,
        url, decision, reason, rule, duration_ms, transport)
      values (?, '2026-11-20T07:02:56.5Z', 's', 'bot', 'shell', '', ?, '', '', '', 'ALLOW', 'why', 'allow:shell:x', 3, 'sdk')`
    )
    .run(tenant, command)
}

/** A line of its log. */
export function referenceLine(command: string): string {
  return `${JSON.stringify({
    timestamp: '2026-11-21T07:02:56.180906255Z',
    session_id: '',
    agent_id: 'bot',
    request: { schema_version: 'v1', scope: 'shell', command, agent_id: 'bot' },
    result: {
      schema_version: 'v1',
      decision: 'ALLOW',
      reason: 'why',
      matched_rule: 'allow:shell:x'
    },
    duration_ms: 0,
    transport: 'sdk'
  })}\n`
}

/** The first line of its log. */
export const referenceHeader =
  '{"_meta":{"schema_version":2,"created_at":"2026-11-21T07:00:00.123456789Z"}}\n'
