/**
 * The steps from an empty database to the present tables. A step that was published never changes.
 *
 * An owner is a tenant with a scope, or with a holder and a period; a name is an agent or an account.
 * Both are JSON, so that no two are written alike; the name '' is that of what new names share. Triggers
 * keep the sizes, so that no request has to count rows.
 */
export const migrations: readonly string[] = [
  `
  create table limiter_rooms (
    kind text primary key,
    size integer not null default 0,
    forgotten_at real not null default -8.64e15,
    last_number integer not null default 0
  ) strict, without rowid;
  insert into limiter_rooms (kind) values ('rate'), ('budget');

  create table rate_groups (
    owner text primary key,
    size integer not null
  ) strict, without rowid;
  create table rate_buckets (
    owner text not null,
    name text not null,
    size integer not null,
    used real not null,
    at real not null,
    parts real not null,
    elapses_at real not null,
    primary key (owner, name)
  ) strict, without rowid;
  create index rate_buckets_by_end on rate_buckets (elapses_at);
  create trigger rate_bucket_added after insert on rate_buckets begin
    insert into rate_groups (owner, size) values (new.owner, new.size)
      on conflict (owner) do update set size = size + new.size;
    update limiter_rooms set size = size + new.size where kind = 'rate';
  end;
  create trigger rate_bucket_removed after delete on rate_buckets begin
    update rate_groups set size = size - old.size where owner = old.owner;
    delete from rate_groups where owner = old.owner and size = 0;
    update limiter_rooms set size = size - old.size where kind = 'rate';
  end;

  create table budget_groups (
    owner text primary key,
    size integer not null
  ) strict, without rowid;
  create table budget_accounts (
    owner text not null,
    name text not null,
    size integer not null,
    spent integer not null,
    since integer not null,
    ends_at real not null,
    touched_at real not null,
    primary key (owner, name)
  ) strict, without rowid;
  create index budget_accounts_by_end on budget_accounts (ends_at, touched_at);
  create trigger budget_account_added after insert on budget_accounts begin
    insert into budget_groups (owner, size) values (new.owner, new.size)
      on conflict (owner) do update set size = size + new.size;
    update limiter_rooms set size = size + new.size where kind = 'budget';
  end;
  create trigger budget_account_removed after delete on budget_accounts begin
    update budget_groups set size = size - old.size where owner = old.owner;
    delete from budget_groups where owner = old.owner and size = 0;
    update limiter_rooms set size = size - old.size where kind = 'budget';
  end;
  create table budget_reservations (
    number integer primary key,
    micros integer not null,
    accounts text not null
  ) strict;
  `
]
