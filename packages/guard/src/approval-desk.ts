import { type Approvals, type Ask, actionDigest, type Consumed } from '@agentguard/approvals'
import type { Facts } from '@agentguard/policy'
import type { Approval, CheckResult } from '@agentguard/protocol'
import type { Asking } from './asking.ts'
import type { Bill } from './charges.ts'
import type { GuardOptions } from './guard-options.ts'
import type { Judgement } from './judgement.ts'
import { using } from './part-failure.ts'
import { type Replay, replayOf, replayVerdict } from './replay.ts'
import type { Reporter } from './reporter.ts'
import type { Request } from './request.ts'
import type { Till } from './till.ts'

/** An action for which the policy wants a person's yes. */
interface Question {
  readonly request: Request
  readonly verdict: CheckResult
  readonly facts: Facts
  readonly replay: Replay
  readonly bill: Bill | undefined
}

/** Where approvals are looked up, used and asked for. */
export interface ApprovalDesk {
  /** Whether the action names an approval, or wants one to be found for it. */
  mayFind(request: Request): boolean
  /** What that approval says. */
  find(request: Request): Promise<Replay>
  /** The judgement on an action for which the policy wants a person's yes. */
  ask(question: Question): Promise<Judgement>
}

/** Creates the desk over some approvals. */
export function createApprovalDesk(
  { approvals, approvalUrl }: Pick<GuardOptions, 'approvals' | 'approvalUrl'>,
  till: Till,
  reporter: Reporter
): ApprovalDesk {
  async function find(request: Request): Promise<Replay> {
    const { tenant, action, asking, at } = request
    const id = action.approval_id
    return await using('approvals', async () => {
      const digest = actionDigest(action, asking.context)
      const found = await approvals.lookup(tenant, { digest, ...(id ? { id } : {}) })
      if (found.found) tellRefusal(request, found.stage)
      else if (id && found.reason === 'digest_mismatch') {
        reporter.emit({ type: 'approval-mismatch', tenant, timestamp: at, approvalId: id })
      }
      return replayOf(found)
    })
  }

  /** Tells of an approval that the action names and that no longer counts. */
  function tellRefusal({ tenant, action, at }: Request, reason: string): void {
    const { approval_id: approvalId } = action
    if (!approvalId || (reason !== 'consumed' && reason !== 'expired')) return
    reporter.emit({ type: 'approval-refused', tenant, timestamp: at, approvalId, reason })
  }

  /** Reserves the money and uses the approval, both or neither; undefined if somebody else used it. */
  async function honour(
    request: Request,
    approval: Approval,
    bill: Bill | undefined
  ): Promise<Judgement | undefined> {
    const allowed = replayVerdict({ stage: 'approved', approval }, undefined)
    const paid = await till.pay(allowed, 'approval', bill, request.at)
    if (paid.result.decision !== 'ALLOW') return paid
    try {
      const used = await consume(approvals, request, approval.id)
      if (used.consumed) return { ...paid, used: used.approval }
      tellRefusal(request, used.reason)
    } catch (error) {
      await till.release(paid.reservation)
      throw error
    }
    await till.release(paid.reservation)
    return undefined
  }

  async function open({ request, verdict, facts }: Question): Promise<Judgement> {
    const { tenant, action, asking, policy } = request
    return await using('approvals', async () => {
      const opened = await approvals.open({
        tenant,
        request: action,
        result: verdict,
        ...policy.approvalTerms(action, facts),
        ...boundTo(asking),
        reuse: action.reuse_approval === true
      })
      if (!opened.ok) return { result: overQuota(opened.quota), by: 'approval' }
      const { approval } = opened
      const result = { ...verdict, approval_id: approval.id, ...urlOf(tenant, approval.id) }
      return { result, by: 'policy', ...(opened.opened ? { opened: approval } : {}) }
    })
  }

  function urlOf(tenant: string, id: string): { readonly approval_url?: string } {
    const url = approvalUrl?.(tenant, id)
    return url === undefined ? {} : { approval_url: url }
  }

  return {
    mayFind: ({ action }) => Boolean(action.approval_id) || action.reuse_approval === true,
    find,
    async ask(question) {
      const { request, replay, bill } = question
      if (replay?.stage === 'pending') {
        return await using('approvals', () => {
          const { approval_url: url } = urlOf(request.tenant, replay.approval.id)
          return { result: replayVerdict(replay, url), by: 'approval' }
        })
      }
      const honoured =
        replay?.stage === 'approved' ? await honour(request, replay.approval, bill) : undefined
      if (honoured) return honoured
      // Nobody needs to be asked about money that is not there.
      const refused = await till.look(bill, request.at)
      return refused ? { result: refused, by: 'budget' } : await open(question)
    }
  }
}

/** Who asks, as far as an approval depends on it. */
function boundTo({ context, caller, source }: Asking): Partial<Ask> {
  return {
    ...(context === undefined ? {} : { context }),
    ...(caller === undefined ? {} : { requestedBy: caller }),
    ...(source === undefined ? {} : { source })
  }
}

async function consume(
  approvals: Approvals,
  { tenant, action, asking }: Request,
  id: string
): Promise<Consumed> {
  return await using('approvals', () =>
    approvals.consume(tenant, id, actionDigest(action, asking.context))
  )
}

function overQuota(quota: string): CheckResult {
  return {
    decision: 'DENY',
    reason: `too many actions of this ${quota} wait for approval already`,
    matched_rule: 'deny:approvals:quota'
  }
}
