import type { Answer, ApprovalGroup, Resolved } from '@agentguard/approvals'
import type { ActionRequest, Approval, AuditEntry, CheckResult, Gate } from '@agentguard/protocol'
import type { Asking } from './asking.ts'
import { approvalDetail, entryOf, type VerdictTimes } from './audit-lines.ts'
import { createClock } from './clock.ts'
import type { GuardEvent } from './guard-event.ts'
import type { GuardOptions } from './guard-options.ts'
import { createJudge } from './judge.ts'
import type { Judgement } from './judgement.ts'
import { failureVerdict } from './part-failure.ts'
import { createReporter } from './reporter.ts'
import { createTill } from './till.ts'

export interface Guard {
  /**
   * Judges an action, counts it, writes it down and answers.
   *
   * Resolves to a verdict unless it was aborted before: what fails is a DENY whose rule names the part
   * that failed. INVARIANT: no ALLOW is answered before its entry is in the audit log.
   */
  check(action: ActionRequest, asking?: Asking): Promise<CheckResult>
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
  /** Calls back with everything that happens, until the returned function is called. */
  subscribe(listener: (event: GuardEvent) => void): () => void
}

/** Composes policy, limits, approvals and audit into one question: may this action happen? */
export function createGuard(options: GuardOptions): Guard {
  const { approvals, audit, history } = options
  const clock = createClock(options.now ?? Date.now)
  const reporter = createReporter(options)
  const till = createTill(options.budgets, reporter)
  const judge = createJudge(options, { clock, till, reporter })

  async function check(action: ActionRequest, asking: Asking = {}): Promise<CheckResult> {
    asking.signal?.throwIfAborted()
    const judgement = await judge(action, asking)
    // A clock that fails from here on changes nothing that was decided.
    const times = { started: judgement.at, judged: Math.max(judgement.at, clock.stamp()) }
    const result: CheckResult = { schema_version: 'v1', ...judgement.result }
    try {
      await write(entryOf(action, asking, result, times), judgement.used)
    } catch (error) {
      reporter.fail('audit', error)
      // The action will not run. An approval that it used stays used: it must not run twice.
      await till.release(judgement.reservation)
      return { schema_version: 'v1', ...failureVerdict('audit') }
    }
    await till.commit(judgement.reservation)
    tell(action, asking, { ...judgement, result }, times)
    return result
  }

  async function write(entry: AuditEntry, used: Approval | undefined): Promise<void> {
    if (used) await audit.appendEvent('approval-consumed', approvalDetail(used))
    // Last, so that an ALLOW in the log is one that was answered.
    await audit.append(entry)
  }

  function tell(
    action: ActionRequest,
    { tenant = 'local' }: Asking,
    { result, by, used, opened }: Judgement,
    { started, judged }: VerdictTimes
  ): void {
    const timestamp = Math.max(judged, clock.stamp())
    if (result.decision === 'ALLOW') history.record(tenant, action, started)
    const times = { policyMs: judged - started, auditMs: timestamp - judged }
    reporter.emit({ type: 'check', tenant, timestamp, action, result, by, ...times })
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

  return {
    check,
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
    sweep: async () => noteChanges('approval-expired', await approvals.expire()),
    subscribe: (listener) => reporter.subscribe(listener)
  }
}
