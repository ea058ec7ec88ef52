import { randomBytes } from 'node:crypto'
import type { Approval } from '@agentguard/protocol'
import { actionDigest } from './action-digest.ts'
import type { ApprovalBook, Share } from './approval-book.ts'
import {
  type ApprovalLimits,
  defaultApprovalLimits,
  exceededQuota,
  isFull,
  type Quota
} from './approval-limits.ts'
import { stageOf } from './approval-stage.ts'
import { approvalStatus } from './approval-status.ts'
import type { Answer, Approvals, LookedUp, Opened, Resolved } from './approvals.ts'
import { groupAlike } from './group-alike.ts'
import { type Ask, assertAsk, newApproval } from './new-approval.ts'
import { orFail } from './or-fail.ts'
import { readApproval } from './read-approval.ts'
import { type ApprovalChange, Turn } from './turn.ts'
import { Waiters } from './waiters.ts'

export interface ApprovalsOptions {
  /** @defaultValue `Date.now` */
  readonly now?: () => number
  /** @defaultValue `ap_` and 32 random hexadecimal digits */
  readonly newId?: () => string
  /** What is kept at most. What is left out has its default. */
  readonly limits?: Partial<ApprovalLimits>
  /**
   * How long one waits for an answer, if the ask says nothing else.
   *
   * @defaultValue 1 h
   */
  readonly expiresMs?: number
  /**
   * How long an answer counts, from when it was given; 0 means for ever.
   *
   * @defaultValue 5 min
   */
  readonly validityMs?: number
  /**
   * How long those at their end are kept to be looked at.
   *
   * @defaultValue 24 h
   */
  readonly retentionMs?: number
  /** @defaultValue 1000 */
  readonly maxWaitersPerTenant?: number
  /**
   * How often those who wait look for what no event tells: that time is over, and what other processes
   * have written.
   *
   * @defaultValue 50 ms
   */
  readonly tickMs?: number
  /**
   * Called after each change that was made here, when it is durable. What it throws reaches whoever
   * asked for the change, which stands nevertheless.
   */
  readonly onChange?: (change: ApprovalChange) => void
}

const minuteMs = 60_000

/** Composes a driver's book with the rules. All that is decided about approvals is decided here. */
export function createApprovals(book: ApprovalBook, options: ApprovalsOptions = {}): Approvals {
  const {
    now = Date.now,
    newId = randomApprovalId,
    expiresMs = 60 * minuteMs,
    validityMs = 5 * minuteMs,
    retentionMs = 24 * 60 * minuteMs,
    maxWaitersPerTenant = 1_000,
    tickMs = 50,
    onChange
  } = options
  assertDurations({ expiresMs, validityMs, retentionMs, tickMs })
  const limits = { ...defaultApprovalLimits, ...options.limits }
  const waiters = new Waiters({ maxPerTenant: maxWaitersPerTenant, tickMs, tick })

  /** Ends what is over, then works, as one. Nobody hears of it before it is durable. */
  function change<T>(work: (turn: Turn) => T): T {
    const [result, changes] = orFail(() =>
      book.transact(() => {
        // Inside, so that the time is that of the turn and not of the queue for it.
        const turn = new Turn(book, now())
        turn.expire()
        return [work(turn), turn.changes] as const
      })
    )
    publish(changes)
    return result
  }

  /** Reads, after what is over has ended: what was once seen as over never is anything else again. */
  function look<T>(read: () => T): T {
    if (orFail(() => book.hasOver(now()))) change(() => undefined)
    return orFail(read)
  }

  function publish(changes: readonly ApprovalChange[]): void {
    for (const { approval, from, to } of changes) {
      if (from === 'pending' && to !== 'pending') {
        waiters.wake(tenantOf(approval), approval.id, approval)
      }
    }
    if (onChange) for (const made of changes) onChange(made)
  }

  function tick(): void {
    look(() => undefined)
    if (!orFail(() => book.changedElsewhere())) return
    for (const [tenant, id] of waiters.waitedFor()) {
      const approval = orFail(() => book.get(tenant, id))
      if (!isPending(approval)) waiters.wake(tenant, id, approval)
    }
  }

  function open(ask: Ask): Opened {
    assertAsk(ask)
    const { tenant, request, source = '' } = ask
    const digest = actionDigest(request, ask.context)
    return change((turn): Opened => {
      const found = ask.reuse ? findUsable(book.alike(tenant, digest)) : undefined
      if (found && stageOf(found) !== 'denied') return { ok: true, opened: false, approval: found }
      const facts = { id: newId(), digest, now: turn.at, expiresMs: ask.expiresMs ?? expiresMs }
      const text = JSON.stringify(newApproval(ask, facts))
      const share = { agent: request.agent_id ?? '', source, size: text.length }
      const quota = makeRoom(tenant, share, turn.at - retentionMs)
      if (quota) return { ok: false, reason: 'quota', quota }
      // A copy, so that whoever asked cannot change what is shown to who answers.
      const approval = readApproval(text)
      book.add(approval, share)
      turn.changes.push({ approval, to: 'pending' })
      return { ok: true, opened: true, approval }
    })
  }

  function makeRoom(tenant: string, share: Share, before: number): Quota | undefined {
    const quota = exceededQuota(book.usage(tenant, share), share.size, limits)
    if (quota) return quota
    while (isFull(book.usage(tenant, share), share.size, limits)) {
      if (!book.evict(tenant, before)) return 'tenant'
    }
    return undefined
  }

  function lookup(tenant: string, digest: string, id: string | undefined): LookedUp {
    const approval =
      id === undefined ? findUsable(book.alike(tenant, digest)) : book.get(tenant, id)
    if (!approval) return { found: false, reason: 'not_found' }
    if (approval.digest !== digest) return { found: false, reason: 'digest_mismatch' }
    return { found: true, approval, stage: stageOf(approval) }
  }

  function resolve(tenant: string, id: string, answer: Answer): Resolved {
    const { decision, only, ...voter } = answer
    const event = { type: decision === 'ALLOW' ? 'approve' : 'deny', voter, validityMs } as const
    return change((turn): Resolved => {
      const asked = book.get(tenant, id)
      if (!asked) return { ok: false, reason: 'not_found' }
      const step = turn.apply(asked, event)
      const { approval } = step
      if (!step.ok) return { ok: false, reason: step.reason, approval }
      if (!step.changed) return { ok: true, approval, changed: [] }
      const others = alikePending(tenant, asked, only)
      return { ok: true, approval, changed: [approval, ...turn.applyToAll(others, event)] }
    })
  }

  function alikePending(
    tenant: string,
    { id, digest = '' }: Approval,
    only: readonly string[] | undefined
  ): Approval[] {
    return book
      .alike(tenant, digest)
      .filter((other) => other.id !== id && isPending(other) && (only?.includes(other.id) ?? true))
  }

  return {
    open: async (ask) => open(ask),
    lookup: async (tenant, { digest, id }) => look(() => lookup(tenant, digest, id)),
    resolve: async (tenant, id, answer) => resolve(tenant, id, answer),
    consume: async (tenant, id, digest) =>
      change((turn) => {
        const approval = book.get(tenant, id)
        if (!approval) return { consumed: false, reason: 'not_found' }
        const step = turn.apply(approval, { type: 'consume', digest })
        return step.ok
          ? { consumed: true, approval: step.approval }
          : { consumed: false, reason: step.reason }
      }),
    expire: async () =>
      change((turn) => {
        book.forget(turn.at - retentionMs)
        return turn.changes.map(({ approval }) => approval)
      }),
    pending: async (tenant) => look(() => groupAlike(book.pending(tenant))),
    countPending: async () => look(() => book.countPending()),
    get: async (tenant, id) => look(() => book.get(tenant, id)),
    status: async (tenant, id) => {
      const approval = look(() => book.get(tenant, id))
      return approval && approvalStatus(approval)
    },
    wait: async (tenant, id, signal) => {
      signal?.throwIfAborted()
      const approval = look(() => book.get(tenant, id))
      return isPending(approval) ? waiters.wait(tenant, id, signal) : approval
    },
    close: async () => waiters.close()
  }
}

/** An approved one, else a pending one, else a denied one; of several the oldest. */
function findUsable(alike: readonly Approval[]): Approval | undefined {
  const stages = ['approved', 'pending', 'denied'] as const
  for (const stage of stages) {
    const found = alike.find((approval) => stageOf(approval) === stage)
    if (found) return found
  }
  return undefined
}

function isPending(approval: Approval | undefined): boolean {
  return approval !== undefined && stageOf(approval) === 'pending'
}

function tenantOf(approval: Approval): string {
  return approval.tenant_id ?? 'local'
}

function randomApprovalId(): string {
  return `ap_${randomBytes(16).toString('hex')}`
}

function assertDurations(durations: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(durations)) {
    const isGood = value >= 0 && value < Number.POSITIVE_INFINITY
    if (!isGood || (value === 0 && name !== 'validityMs' && name !== 'retentionMs')) {
      throw new RangeError(`\`${name}\` must be above 0 and have an end`)
    }
  }
}
