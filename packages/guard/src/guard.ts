import type { Answer, ApprovalChange, ApprovalGroup, Resolved } from '@agentguard/approvals'
import type { ActionRequest, Approval, AuditEntry, CheckResult, Gate } from '@agentguard/protocol'
import type { Asking } from './asking.ts'
import { approvalDetail, entryOf } from './audit-lines.ts'
import { createClock } from './clock.ts'
import type { GuardEvent, VerdictOrigin } from './guard-event.ts'
import type { GuardOptions } from './guard-options.ts'
import { createJudge } from './judge.ts'
import type { TimedJudgement } from './judgement.ts'
import { failureVerdict } from './part-failure.ts'
import { createReporter } from './reporter.ts'
import { createTill } from './till.ts'
import { createVersionedVerdict } from './versioned-verdict.ts'

/** A verdict with what an answer says beside it. */
export interface Decided {
  readonly result: CheckResult
  readonly by: VerdictOrigin
  /** Milliseconds, with fractions, until the verdict stood, and from then until it was in the log. */
  readonly policyMs: number
  readonly auditMs: number
}

/** A denial that somebody else gave. */
export interface Denial {
  readonly rule: string
  readonly reason: string
}

export interface Guard {
  /**
   * Judges an action, counts it, writes it down and answers.
   *
   * Resolves to a verdict unless it was aborted before: what fails is a DENY whose rule names the part
   * that failed. INVARIANT: no ALLOW is answered before its entry is in the audit log.
   */
  check(action: ActionRequest, asking?: Asking): Promise<CheckResult>
  /** The same, with what decided and how long it took. */
  decide(action: ActionRequest, asking?: Asking): Promise<Decided>
  /**
   * Writes down a denial that was given elsewhere, and tells of it. Nothing is judged or counted. Rejects
   * when it cannot be written down.
   */
  report(action: ActionRequest, denial: Denial, asking?: Asking): Promise<Decided>
  /** The same as a gate, for one who asks. */
  gate(asking?: Omit<Asking, 'signal'>): Gate
  /** Takes a person's answer. Rejects when it cannot be kept, or cannot be written down. */
  resolve(tenant: string, id: string, answer: Answer): Promise<Resolved>
  /** What waits for an answer in a tenant, alike asks together. */
  pending(tenant: string): Promise<readonly ApprovalGroup[]>
  /** Resolves when an approval is no longer pending; to undefined if there is none. */
  wait(tenant: string, id: string, signal?: AbortSignal): Promise<Approval | undefined>
  /** Ends approvals whose time is over, and writes that down. To be called every minute or so. */
  sweep(): Promise<void>
  /**
   * Writes down that an approval has ended by itself, and tells of it. To be given to the approvals as
   * their `onChange`: whoever looks at one after its time ends it.
   */
  approvalChanged(change: ApprovalChange): void
  /** Calls back with everything that happens, until the returned function is called. */
  subscribe(listener: (event: GuardEvent) => void): () => void
}

/** An action with its line in the log. */
interface Written {
  readonly action: ActionRequest
  readonly entry: AuditEntry
  readonly seq: number
}

/** Composes policy, limits, approvals and audit into one question: may this action happen? */
export function createGuard(options: GuardOptions): Guard {
  const { approvals, audit, history } = options
  const clock = createClock(options.now ?? Date.now)
  const elapsed = options.elapsed ?? (() => performance.now())
  const reporter = createReporter(options)
  const till = createTill(options.budgets, reporter)
  const judge = createJudge(options, { clock, till, reporter })
  const versioned = createVersionedVerdict()

  /** Expired approvals that are written down, and what is being written. */
  const noted = new WeakSet<Approval>()
  const noting = new Set<Promise<void>>()

  async function decide(action: ActionRequest, asking: Asking = {}): Promise<Decided> {
    asking.signal?.throwIfAborted()
    const begun = elapsed()
    const judgement = await judge(action, asking)
    const policyMs = Math.max(0, elapsed() - begun)
    const { at, by, used } = judgement
    const result = versioned(judgement.result)
    let written: Written
    try {
      const entry = entryOf(action, asking, result, { at, tookMs: policyMs })
      written = { action, entry, seq: await write(entry, asking.source, used) }
    } catch (error) {
      reporter.fail('audit', error)
      // The action will not run. An approval that it used stays used: it must not run twice.
      await till.release(judgement.reservation)
      const denied = versioned(failureVerdict('audit'))
      return { result: denied, by: 'fault', policyMs, auditMs: auditMs() }
    }
    await till.commit(judgement.reservation)
    const decided = { result, by, policyMs, auditMs: auditMs() }
    tell(written, decided, judgement)
    return decided

    function auditMs(): number {
      return Math.max(0, elapsed() - begun - policyMs)
    }
  }

  /** Returns the number that the entry has in the log. */
  async function write(
    entry: AuditEntry,
    source: string | undefined,
    used: Approval | undefined
  ): Promise<number> {
    if (used) await audit.appendEvent('approval-consumed', approvalDetail(used))
    // Last, so that an ALLOW in the log is one that was answered.
    const { seq } = await audit.append(entry, source === undefined ? undefined : { source })
    return seq
  }

  function tell(
    { action, entry, seq }: Written,
    decided: Decided,
    { at, used, opened }: TimedJudgement
  ): void {
    const timestamp = Math.max(at, clock.stamp())
    const { tenant_id: tenant = 'local' } = entry
    const { result } = decided
    if (result.decision === 'ALLOW') history.record(tenant, action, at)
    reporter.emit({ type: 'check', tenant, timestamp, action, ...decided, entry, seq })
    if (used) reporter.emit({ type: 'approval-changed', tenant, timestamp, approval: used })
    if (opened) {
      reporter.emit({ type: 'approval-required', tenant, timestamp, approval: opened, result })
    }
  }

  /** Writes down that approvals have changed, then tells of it. */
  async function noteChanges(kind: string, changed: readonly Approval[]): Promise<void> {
    await Promise.all(changed.map((approval) => audit.appendEvent(kind, approvalDetail(approval))))
    for (const approval of changed) {
      const tenant = approval.tenant_id ?? 'local'
      reporter.emit({ type: 'approval-changed', tenant, timestamp: clock.stamp(), approval })
    }
  }

  async function check(action: ActionRequest, asking?: Asking): Promise<CheckResult> {
    return (await decide(action, asking)).result
  }

  async function report(
    action: ActionRequest,
    { rule, reason }: Denial,
    asking: Asking = {}
  ): Promise<Decided> {
    const begun = elapsed()
    const at = clock.now()
    const result = { schema_version: 'v1', decision: 'DENY', reason, matched_rule: rule } as const
    const entry = entryOf(action, asking, result, { at, tookMs: 0 })
    const seq = await write(entry, asking.source, undefined)
    const by = 'report'
    const decided: Decided = { result, by, policyMs: 0, auditMs: Math.max(0, elapsed() - begun) }
    tell({ action, entry, seq }, decided, { result, by, at })
    return decided
  }

  return {
    check,
    decide,
    report,
    gate:
      (asking = {}) =>
      (action, given) =>
        check(action, given?.signal ? { ...asking, signal: given.signal } : asking),
    async resolve(tenant, id, answer) {
      const resolved = await approvals.resolve(tenant, id, answer)
      if (resolved.ok) await noteChanges('approval-resolved', resolved.changed)
      return resolved
    },
    pending: (tenant) => approvals.pending(tenant),
    wait: (tenant, id, signal) => approvals.wait(tenant, id, signal),
    async sweep() {
      const ended = await approvals.expire()
      await noteChanges(
        'approval-expired',
        ended.filter((approval) => !noted.has(approval))
      )
      await Promise.all(noting)
    },
    approvalChanged({ approval, to }) {
      if (to !== 'expired' || noted.has(approval)) return
      noted.add(approval)
      const note = noteChanges('approval-expired', [approval])
        .catch((error) => reporter.fail('audit', error))
        .finally(() => noting.delete(note))
      noting.add(note)
    },
    subscribe: (listener) => reporter.subscribe(listener)
  }
}
