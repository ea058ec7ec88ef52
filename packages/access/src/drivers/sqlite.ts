import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AccessBook } from '../access-book.ts'
import { orFail } from '../access-error.ts'
import { type Access, type AccessOptions, createAccess } from '../create-access.ts'
import type { StoredCredential } from '../credential.ts'
import { isRole } from '../role.ts'
import type { StoredSession } from '../session.ts'
import { migrate } from './sqlite-schema.ts'

export interface SqliteAccessOptions extends AccessOptions {
  /** The database, open. Nobody may leave a transaction open on it while others run. */
  readonly database: DatabaseSync
  /**
   * How long to wait for another process that writes. The process does nothing else meanwhile.
   *
   * @defaultValue 2 s
   */
  readonly busyTimeoutMs?: number
}

/**
 * Credentials and sessions in a SQLite file, for all processes of this machine that have it open.
 *
 * Every change is a transaction. With a write-ahead log and `synchronous = full`, which this sets on the
 * connection, what was changed survives a loss of power, and who authenticates never waits for who writes.
 */
export function sqliteAccess({
  database,
  busyTimeoutMs = 2_000,
  ...options
}: SqliteAccessOptions): Access {
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw new RangeError('`busyTimeoutMs` must be a whole number, 0 or above')
  }
  orFail(() => {
    database.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
    useWriteAheadLog(database, busyTimeoutMs)
    database.exec('pragma synchronous = full')
    migrate(database)
  })
  return createAccess(new SqliteBook(database), options)
}

/** SQLite answers "busy" at once, whatever the timeout, when two processes change the mode together. */
function useWriteAheadLog(database: DatabaseSync, timeoutMs: number): void {
  const started = performance.now()
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (performance.now() - started >= timeoutMs) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

type Row = Readonly<Record<string, unknown>>

class SqliteBook implements AccessBook {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  transact<T>(work: () => T): T {
    this.#database.exec('begin immediate')
    try {
      const result = work()
      this.#database.exec('commit')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('rollback')
      throw error
    }
  }

  credential(id: string): StoredCredential | undefined {
    const row = this.#sql('select * from access_credentials where id = ?').get(id)
    return row && readCredential(row)
  }

  credentialNamed(name: string): StoredCredential | undefined {
    const row = this.#sql(`select * from access_credentials
      where lower(name) = lower(?) and revoked_at is null`).get(name)
    return row && readCredential(row)
  }

  credentials(): readonly StoredCredential[] {
    return this.#sql('select * from access_credentials order by seq').all().map(readCredential)
  }

  countCredentials(): number {
    return Number(this.#sql('select count(*) as n from access_credentials').get()?.['n'])
  }

  addCredential(credential: StoredCredential): void {
    this.#sql(`insert into access_credentials
      (id, name, role, agent, tenant, created_at, expires_at, hash)
      values (?, ?, ?, ?, ?, ?, ?, ?)`).run(
      credential.id,
      credential.name,
      credential.role,
      credential.agent ?? null,
      credential.tenant ?? null,
      credential.createdAt,
      credential.expiresAt ?? null,
      credential.hash
    )
  }

  replaceCredential(credential: StoredCredential): void {
    this.#sql(`update access_credentials
      set revoked_at = ?, rotated_at = ?, hash = ?, former_hash = ?, former_until = ?
      where id = ?`).run(
      credential.revokedAt ?? null,
      credential.rotatedAt ?? null,
      credential.hash,
      credential.formerHash ?? null,
      credential.formerUntil ?? null,
      credential.id
    )
  }

  usedCredential(id: string, at: number): void {
    this.#sql(`update access_credentials set last_used_at = max(coalesce(last_used_at, 0), ?)
      where id = ?`).run(at, id)
  }

  dropRevokedCredential(): boolean {
    const { changes } = this.#sql(`delete from access_credentials where seq =
      (select seq from access_credentials where revoked_at is not null
       order by revoked_at, seq limit 1)`).run()
    return changes > 0
  }

  session(hash: string): StoredSession | undefined {
    const row = this.#sql('select * from access_sessions where hash = ?').get(hash)
    return row && readSession(row)
  }

  sessions(): readonly StoredSession[] {
    return this.#sql('select * from access_sessions order by seq').all().map(readSession)
  }

  countSessions(): number {
    return Number(this.#sql('select count(*) as n from access_sessions').get()?.['n'])
  }

  addSession(session: StoredSession): void {
    this.#sql(`insert into access_sessions
      (hash, id, credential_id, key_proof, opened_at, expires_at, opened_from)
      values (?, ?, ?, ?, ?, ?, ?)`).run(
      session.hash,
      session.id,
      session.credentialId ?? null,
      session.keyProof ?? null,
      session.openedAt,
      session.expiresAt,
      session.from
    )
  }

  dropSession(id: string): boolean {
    return this.#sql('delete from access_sessions where id = ?').run(id).changes > 0
  }

  dropSessionsOf(credentialId: string): void {
    this.#sql('delete from access_sessions where credential_id = ?').run(credentialId)
  }

  dropSessionsBefore(now: number): void {
    this.#sql('delete from access_sessions where expires_at <= ?').run(now)
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}

function readCredential(row: Row): StoredCredential {
  const role = String(row['role'])
  if (!isRole(role)) throw new TypeError('a role that there is not')
  return {
    id: String(row['id']),
    name: String(row['name']),
    role,
    ...texts(row, { agent: 'agent', tenant: 'tenant' }),
    createdAt: Number(row['created_at']),
    ...numbers(row, {
      expiresAt: 'expires_at',
      revokedAt: 'revoked_at',
      rotatedAt: 'rotated_at',
      lastUsedAt: 'last_used_at'
    }),
    hash: String(row['hash']),
    ...texts(row, { formerHash: 'former_hash' }),
    ...numbers(row, { formerUntil: 'former_until' })
  }
}

function readSession(row: Row): StoredSession {
  return {
    id: String(row['id']),
    ...texts(row, { credentialId: 'credential_id' }),
    openedAt: Number(row['opened_at']),
    expiresAt: Number(row['expires_at']),
    from: String(row['opened_from']),
    hash: String(row['hash']),
    ...texts(row, { keyProof: 'key_proof' })
  }
}

type Columns = Readonly<Record<string, string>>

function texts<C extends Columns>(row: Row, columns: C): { readonly [Name in keyof C]?: string } {
  return present(row, columns, String)
}

function numbers<C extends Columns>(row: Row, columns: C): { readonly [Name in keyof C]?: number } {
  return present(row, columns, Number)
}

/** The columns that are not null, under other names. */
function present<C extends Columns, T>(
  row: Row,
  columns: C,
  read: (value: unknown) => T
): { readonly [Name in keyof C]?: T } {
  const entries = Object.entries(columns).flatMap(([name, column]) =>
    row[column] === null ? [] : [[name, read(row[column])]]
  )
  return Object.fromEntries(entries)
}
