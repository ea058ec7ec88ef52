import type { DatabaseSync } from 'node:sqlite'
import { ApprovalsError } from '../approvals-error.ts'

/** What each version of the schema adds to the one before. Those that were released never change. */
const migrations: readonly string[] = [
  `create table approval_records (
     seq integer primary key,
     tenant text not null check (tenant <> ''),
     id text not null,
     digest text not null,
     agent text not null,
     source text not null,
     stage text not null
       check (stage in ('pending', 'approved', 'denied', 'consumed', 'expired')),
     since integer, -- when the stage began; null at the end of a life
     until integer, -- when the stage is over; null when it never is
     ended integer, -- when the end of its life was reached; null before
     size integer not null,
     body text not null,
     unique (tenant, id),
     check ((ended is null) = (since is not null)),
     check ((ended is null) = (stage in ('pending', 'approved', 'denied')))
   ) strict;
   create index approval_alike on approval_records (tenant, digest) where ended is null;
   create index approval_pending on approval_records (tenant, agent, source, size)
     where stage = 'pending';
   create index approval_until on approval_records (until) where ended is null;
   create index approval_since on approval_records (since) where ended is null;
   create index approval_ended on approval_records (tenant, ended) where ended is not null;

   create table approval_tenants (
     tenant text primary key,
     kept integer not null,
     size integer not null
   ) strict, without rowid;
   create trigger approval_added after insert on approval_records begin
     insert into approval_tenants values (new.tenant, 1, new.size)
       on conflict do update set kept = kept + 1, size = size + new.size;
   end;
   create trigger approval_dropped after delete on approval_records begin
     update approval_tenants set kept = kept - 1, size = size - old.size where tenant = old.tenant;
     delete from approval_tenants where tenant = old.tenant and kept = 0;
   end;`
]

/** Brings the tables of a database to the newest version, in one transaction. */
export function migrate(database: DatabaseSync): void {
  database.exec('begin immediate')
  try {
    database.exec(
      'create table if not exists approval_schema (version integer primary key) strict, without rowid'
    )
    const newest = database.prepare('select max(version) as version from approval_schema').get()
    const version = Number(newest?.['version'] ?? 0)
    if (version > migrations.length) {
      const known = migrations.length
      const message = `the store has schema ${version}, and this version knows up to ${known}`
      throw new ApprovalsError('newer_schema', message)
    }
    const applied = database.prepare('insert into approval_schema values (?)')
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
