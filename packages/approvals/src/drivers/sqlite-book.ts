import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Approval } from '@agentguard/protocol'
import type { ApprovalBook, Share } from '../approval-book.ts'
import type { Usage } from '../approval-limits.ts'
import { stageOf } from '../approval-stage.ts'
import { ApprovalsError } from '../approvals-error.ts'
import { readApproval } from '../read-approval.ts'
import { clockToleranceMs, stageSpan } from '../stage-span.ts'

const isLive = 'ended is null'

/** Approvals in the tables of a database whose schema is up to date. */
export class SqliteBook implements ApprovalBook {
  readonly #database: DatabaseSync
  readonly #onCorrupt: ((error: ApprovalsError) => void) | undefined
  readonly #statements = new Map<string, StatementSync>()
  #dataVersion: unknown

  constructor(database: DatabaseSync, onCorrupt: ((error: ApprovalsError) => void) | undefined) {
    this.#database = database
    this.#onCorrupt = onCorrupt
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

  get(tenant: string, id: string): Approval | undefined {
    const row = this.#sql('select body from approval_records where tenant = ? and id = ?').get(
      tenant,
      id
    )
    return row && readApproval(String(row['body']))
  }

  alike(tenant: string, digest: string): readonly Approval[] {
    return this.#read(
      this.#sql(`select id, tenant, body from approval_records
        where tenant = ? and digest = ? and ${isLive} order by seq`).all(tenant, digest)
    )
  }

  pending(tenant: string): readonly Approval[] {
    return this.#read(
      this.#sql(`select id, tenant, body from approval_records
        where tenant = ? and stage = 'pending' order by seq`).all(tenant)
    )
  }

  countPending(): number {
    const row = this.#sql(`select count(*) as n from approval_records where stage = 'pending'`)
    return Number(row.get()?.['n'])
  }

  usage(tenant: string, { agent, source }: Share): Usage {
    const row = this.#sql(`select count(*) as pending,
        total(agent = :agent) as pendingOfAgent,
        total(iif(agent = :agent, size, 0)) as pendingSizeOfAgent,
        total(source = :source and source <> '') as pendingOfSource,
        (select kept from approval_tenants where tenant = :tenant) as kept,
        (select size from approval_tenants where tenant = :tenant) as keptSize
      from approval_records where tenant = :tenant and stage = 'pending'`).get({
      tenant,
      agent,
      source
    })
    const number = (name: keyof Usage): number => Number(row?.[name] ?? 0)
    return {
      pending: number('pending'),
      pendingOfAgent: number('pendingOfAgent'),
      pendingSizeOfAgent: number('pendingSizeOfAgent'),
      pendingOfSource: number('pendingOfSource'),
      kept: number('kept'),
      keptSize: number('keptSize')
    }
  }

  add(approval: Approval, { agent, source, size }: Share): void {
    const { since, until } = columnsOf(approval)
    this.#sql(`insert into approval_records
        (tenant, id, digest, agent, source, stage, since, until, size, body)
        values (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`).run(
      approval.tenant_id ?? 'local',
      approval.id,
      approval.digest ?? '',
      agent,
      source,
      since,
      until,
      size,
      JSON.stringify(approval)
    )
  }

  replace(approval: Approval, now: number): void {
    const { since, until } = columnsOf(approval)
    this.#sql(`update approval_records set stage = ?, since = ?, until = ?, ended = ?, body = ?
        where tenant = ? and id = ?`).run(
      stageOf(approval),
      since,
      until,
      since === null ? now : null,
      JSON.stringify(approval),
      approval.tenant_id ?? 'local',
      approval.id
    )
  }

  hasOver(now: number): boolean {
    const row = this.#sql(`select
        exists (select 1 from approval_records where ${isLive} and until <= ?)
        or exists (select 1 from approval_records where ${isLive} and since > ?) as found`).get(
      now,
      now + clockToleranceMs
    )
    return Boolean(row?.['found'])
  }

  over(now: number): readonly Approval[] {
    if (!this.hasOver(now)) return []
    const rows = this.#sql(`select id, tenant, body from approval_records
        where ${isLive} and until <= ?
        union all select id, tenant, body from approval_records
        where ${isLive} and since > ? and (until > ? or until is null)`).all(
      now,
      now + clockToleranceMs,
      now
    )
    // One that cannot be read cannot be used either, and would be found again each time.
    return this.#read(rows, (tenant, id) =>
      this.#sql(`update approval_records set stage = 'expired', since = null, ended = ?
          where tenant = ? and id = ?`).run(now, tenant, id)
    )
  }

  evict(tenant: string, before: number): boolean {
    const ended = this.#sql(`delete from approval_records where seq =
        (select seq from approval_records where tenant = ? and ended is not null
         order by ended, seq limit 1)`).run(tenant)
    if (ended.changes > 0) return true
    const forEver = this.#sql(`delete from approval_records where seq =
        (select seq from approval_records where tenant = ? and ${isLive}
         and until is null and stage <> 'pending' and since < ? order by since limit 1)`).run(
      tenant,
      before
    )
    return forEver.changes > 0
  }

  forget(before: number): void {
    this.#sql(`delete from approval_records where tenant in (select tenant from approval_tenants)
        and ended is not null and ended < ?`).run(before)
  }

  changedElsewhere(): boolean {
    const version = this.#sql('pragma data_version').get()?.['data_version']
    const changed = version !== this.#dataVersion
    this.#dataVersion = version
    return changed
  }

  /** Reads rows. One that cannot be read hides no other. */
  #read(
    rows: readonly Record<string, unknown>[],
    onCorrupt?: (tenant: string, id: string) => void
  ): Approval[] {
    return rows.flatMap(({ tenant, id, body }) => {
      try {
        return [readApproval(String(body))]
      } catch (error) {
        if (!(error instanceof ApprovalsError)) throw error
        onCorrupt?.(String(tenant), String(id))
        this.#onCorrupt?.(error)
        return []
      }
    })
  }

  #sql(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}

function columnsOf(approval: Approval): { since: number | null; until: number | null } {
  const span = stageSpan(approval)
  if (!span) return { since: null, until: null }
  return { since: span.since, until: Number.isFinite(span.until) ? span.until : null }
}
