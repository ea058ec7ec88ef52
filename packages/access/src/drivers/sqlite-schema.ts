import type { DatabaseSync } from 'node:sqlite'
import { AccessError } from '../access-error.ts'

/** What each version of the schema adds to the one before. Those that were released never change. */
const migrations: readonly string[] = [
  `create table access_credentials (
     seq integer primary key,
     id text not null unique,
     name text not null,
     role text not null check (role in ('agent', 'approver', 'auditor', 'admin')),
     agent text check ((agent is not null) = (role = 'agent')),
     tenant text check (tenant <> ''),
     created_at integer not null,
     expires_at integer,
     revoked_at integer,
     rotated_at integer,
     last_used_at integer,
     hash text not null,
     former_hash text,
     former_until integer,
     check ((former_hash is null) = (former_until is null))
   ) strict;
   create unique index access_credential_names on access_credentials (lower(name))
     where revoked_at is null;

   create table access_sessions (
     seq integer primary key,
     hash text not null unique,
     id text not null unique,
     credential_id text,
     key_proof text,
     opened_at integer not null,
     expires_at integer not null,
     opened_from text not null,
     check ((credential_id is null) = (key_proof is not null))
   ) strict;
   create index access_session_ends on access_sessions (expires_at);`
]

/** Brings the tables of a database to the newest version, in one transaction. */
export function migrate(database: DatabaseSync): void {
  database.exec('begin immediate')
  try {
    database.exec(
      'create table if not exists access_schema (version integer primary key) strict, without rowid'
    )
    const newest = database.prepare('select max(version) as version from access_schema').get()
    const version = Number(newest?.['version'] ?? 0)
    if (version > migrations.length) {
      const known = migrations.length
      const message = `the store has schema ${version}, and this version knows up to ${known}`
      throw new AccessError('newer_schema', message)
    }
    const applied = database.prepare('insert into access_schema values (?)')
    for (const [index, migration] of migrations.entries()) {
      if (index < version) continue
      database.exec(migration)
      applied.run(index + 1)
    }
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
