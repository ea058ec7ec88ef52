/** The tables of a log. `audit_lines.text` is the line; the other columns only help to find it. */
export const auditSchema: string = `
create table if not exists audit_lines (
  seq integer primary key,
  at text not null,
  kind text,
  tenant_id text,
  agent_id text,
  session_id text,
  decision text,
  scope text,
  transport text,
  text text not null
) strict;
create index if not exists audit_lines_agent on audit_lines (agent_id, seq);
create index if not exists audit_lines_session on audit_lines (session_id, seq);
create index if not exists audit_lines_decision on audit_lines (decision, seq);
create index if not exists audit_lines_kind on audit_lines (kind, seq) where kind is not null;
create index if not exists audit_lines_at on audit_lines (at);
create table if not exists audit_chain (
  id integer primary key check (id = 1),
  size integer not null,
  hash text not null,
  tree text not null
) strict;
create table if not exists audit_parts (
  first_seq integer primary key,
  started_at integer not null,
  bytes integer not null default 0
) strict;
`
