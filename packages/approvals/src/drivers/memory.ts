import type { Approval } from '@agentguard/protocol'
import type { ApprovalBook, Share } from '../approval-book.ts'
import type { Usage } from '../approval-limits.ts'
import { stageOf } from '../approval-stage.ts'
import type { Approvals } from '../approvals.ts'
import { type ApprovalsOptions, createApprovals } from '../create-approvals.ts'
import { clockToleranceMs, isOver, type StageSpan, stageSpan } from '../stage-span.ts'

/**
 * Approvals in the memory of this process. They end with it: what was pending has to be asked for again,
 * what was approved too.
 */
export function memoryApprovals(options: ApprovalsOptions = {}): Approvals {
  return createApprovals(new MemoryBook(), options)
}

interface Entry {
  approval: Approval
  span: StageSpan | undefined
  readonly share: Share
  readonly tenant: Tenant
}

/** All of one tenant. Maps inside maps, so that no names, however they are spelt, meet in one key. */
class Tenant {
  readonly entries = new Map<string, Entry>()
  /** The live ones by digest, in the order in which they were opened. */
  readonly alike = new Map<string, Set<Entry>>()
  readonly pending = new Set<Entry>()
  readonly agents = new Map<string, Tally>()
  readonly sources = new Map<string, Tally>()
  /** Those at their end with the time of it, the first to get there first. */
  readonly ended = new Map<Entry, number>()
  size = 0
}

interface Tally {
  readonly count: number
  readonly size: number
}

class MemoryBook implements ApprovalBook {
  readonly #tenants = new Map<string, Tenant>()
  readonly #live = new Set<Entry>()
  /** No live one is over before. */
  #nextOver = Number.POSITIVE_INFINITY
  /** No live one's stage began later. */
  #lastBegun = Number.NEGATIVE_INFINITY

  transact<T>(work: () => T): T {
    // Nothing else runs before `work` returns.
    return work()
  }

  get(tenant: string, id: string): Approval | undefined {
    return this.#tenants.get(tenant)?.entries.get(id)?.approval
  }

  alike(tenant: string, digest: string): readonly Approval[] {
    return approvalsOf(this.#tenants.get(tenant)?.alike.get(digest))
  }

  pending(tenant: string): readonly Approval[] {
    return approvalsOf(this.#tenants.get(tenant)?.pending)
  }

  countPending(): number {
    let count = 0
    for (const { pending } of this.#tenants.values()) count += pending.size
    return count
  }

  usage(tenant: string, { agent, source }: Share): Usage {
    const kept = this.#tenants.get(tenant)
    return {
      pending: kept?.pending.size ?? 0,
      pendingOfAgent: kept?.agents.get(agent)?.count ?? 0,
      pendingSizeOfAgent: kept?.agents.get(agent)?.size ?? 0,
      pendingOfSource: source === '' ? 0 : (kept?.sources.get(source)?.count ?? 0),
      kept: kept?.entries.size ?? 0,
      keptSize: kept?.size ?? 0
    }
  }

  add(approval: Approval, share: Share): void {
    const name = approval.tenant_id ?? 'local'
    const tenant = this.#tenants.get(name) ?? new Tenant()
    this.#tenants.set(name, tenant)
    const entry: Entry = { approval, span: stageSpan(approval), share, tenant }
    tenant.entries.set(approval.id, entry)
    tenant.size += share.size
    const digest = approval.digest ?? ''
    tenant.alike.set(digest, (tenant.alike.get(digest) ?? new Set()).add(entry))
    tenant.pending.add(entry)
    count(tenant, share, 1)
    this.#live.add(entry)
    this.#watch(entry)
  }

  replace(approval: Approval, now: number): void {
    const tenant = this.#tenants.get(approval.tenant_id ?? 'local')
    const entry = tenant?.entries.get(approval.id)
    if (!tenant || !entry) return
    entry.approval = approval
    entry.span = stageSpan(approval)
    if (stageOf(approval) !== 'pending' && tenant.pending.delete(entry)) {
      count(tenant, entry.share, -1)
    }
    if (entry.span) this.#watch(entry)
    else this.#end(entry, now)
  }

  hasOver(now: number): boolean {
    return now >= this.#nextOver || now < this.#lastBegun - clockToleranceMs
  }

  over(now: number): readonly Approval[] {
    if (!this.hasOver(now)) return []
    this.#nextOver = Number.POSITIVE_INFINITY
    this.#lastBegun = Number.NEGATIVE_INFINITY
    const over: Approval[] = []
    for (const entry of this.#live) {
      if (entry.span && isOver(entry.span, now)) over.push(entry.approval)
      else this.#watch(entry)
    }
    return over
  }

  evict(name: string, before: number): boolean {
    const tenant = this.#tenants.get(name)
    const entry = tenant && (first(tenant.ended.keys()) ?? oldestForEver(tenant, before))
    if (entry) this.#drop(entry)
    return entry !== undefined
  }

  forget(before: number): void {
    for (const [name, tenant] of this.#tenants) {
      for (const [entry, endedAt] of tenant.ended) {
        if (endedAt < before) this.#drop(entry)
      }
      if (tenant.entries.size === 0) this.#tenants.delete(name)
    }
  }

  changedElsewhere(): boolean {
    return false
  }

  #watch({ span }: Entry): void {
    if (!span) return
    this.#nextOver = Math.min(this.#nextOver, span.until)
    this.#lastBegun = Math.max(this.#lastBegun, span.since)
  }

  #end(entry: Entry, now: number): void {
    if (!this.#live.delete(entry)) return
    const { tenant, approval } = entry
    const digest = approval.digest ?? ''
    const alike = tenant.alike.get(digest)
    alike?.delete(entry)
    if (alike?.size === 0) tenant.alike.delete(digest)
    tenant.ended.set(entry, now)
  }

  #drop(entry: Entry): void {
    this.#end(entry, 0)
    const { tenant, approval, share } = entry
    tenant.ended.delete(entry)
    tenant.entries.delete(approval.id)
    tenant.size -= share.size
  }
}

/** Counts a pending approval for its agent and its source, or no longer. */
function count(tenant: Tenant, { agent, source, size }: Share, by: 1 | -1): void {
  const keys = [
    [tenant.agents, agent],
    [tenant.sources, source]
  ] as const
  for (const [tallies, key] of keys) {
    const before = tallies.get(key) ?? { count: 0, size: 0 }
    const after = { count: before.count + by, size: before.size + by * size }
    if (after.count === 0) tallies.delete(key)
    else tallies.set(key, after)
  }
}

function approvalsOf(entries: Iterable<Entry> = []): Approval[] {
  return Array.from(entries, ({ approval }) => approval)
}

function oldestForEver(tenant: Tenant, before: number): Entry | undefined {
  let oldest: Entry | undefined
  for (const entry of tenant.entries.values()) {
    const { span } = entry
    if (span?.until !== Number.POSITIVE_INFINITY || tenant.pending.has(entry)) continue
    if (span.since < before && span.since < (oldest?.span?.since ?? before)) oldest = entry
  }
  return oldest
}

function first<T>(items: Iterable<T>): T | undefined {
  for (const item of items) return item
  return undefined
}
