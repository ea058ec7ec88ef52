import type { ActionRequest, Approval, CheckResult } from '@agentguard/protocol'
import { formatTimestamp, never } from './format-timestamp.ts'

/** An action for which somebody's yes is needed. */
export interface Ask {
  /** Whose policy asks; `local` for the one that is always there. */
  readonly tenant: string
  /** The action. */
  readonly request: ActionRequest
  /** The verdict that asks. */
  readonly result: CheckResult
  /** What the verdict depends on besides the action. It is bound, and shown to who answers. */
  readonly context?: Readonly<Record<string, unknown>>
  /**
   * Who asks, as a credential says it. Who asks may not approve. Leave it out where people and agents
   * share one credential.
   */
  readonly requestedBy?: string
  /** Where the request comes from, such as a credential or a peer address. It has a quota. */
  readonly source?: string
  /** Whether a pending or approved one of the same action will do. */
  readonly reuse?: boolean
  /** How long it waits for an answer. */
  readonly expiresMs?: number
  /** How many people have to agree. */
  readonly quorum?: number
  /** Who may answer: names of people and of roles. */
  readonly approvers?: readonly string[]
}

/** What a new approval has beside what was asked. */
export interface NewApproval {
  readonly id: string
  readonly digest: string
  readonly now: number
  readonly expiresMs: number
}

/** The approval that an ask begins, pending. */
export function newApproval(ask: Ask, { id, digest, now, expiresMs }: NewApproval): Approval {
  const { schema_version, approval_id, approval_url, ...result } = ask.result
  const quorum = ask.quorum ?? 1
  return {
    id,
    ...(ask.tenant !== 'local' && { tenant_id: ask.tenant }),
    request: { ...ask.request, schema_version: ask.request.schema_version || 'v1' },
    result,
    created_at: formatTimestamp(now),
    resolved: false,
    resolved_at: never,
    expires_at: formatTimestamp(now + expiresMs),
    digest,
    ...(ask.context && { context: ask.context }),
    ...(ask.requestedBy !== undefined && { requested_by: ask.requestedBy }),
    ...(ask.approvers && { approvers: ask.approvers }),
    ...(quorum > 1 && { quorum })
  }
}

/** Throws if an ask is one that no caller may make. */
export function assertAsk({ tenant, quorum = 1, expiresMs = 1 }: Ask): void {
  if (tenant === '') throw new TypeError('a tenant has a name; the one without is called `local`')
  if (!Number.isSafeInteger(quorum) || quorum < 1) {
    throw new RangeError('`quorum` must be a whole number above 0')
  }
  if (!(expiresMs > 0 && expiresMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError('`expiresMs` must be above 0 and have an end')
  }
}
