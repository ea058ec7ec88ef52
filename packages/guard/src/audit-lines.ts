import type { ActionRequest, Approval, AuditEntry, CheckResult } from '@agentguard/protocol'
import type { Asking } from './asking.ts'

/** When a verdict was asked for and when it stood, in milliseconds. */
export interface VerdictTimes {
  readonly started: number
  readonly judged: number
}

/** The entry of a verdict in the audit log: the action as it was received. */
export function entryOf(
  action: ActionRequest,
  asking: Asking,
  result: CheckResult,
  { started, judged }: VerdictTimes
): AuditEntry {
  const { tenant, caller, requestId } = asking
  return {
    timestamp: new Date(started).toISOString(),
    ...(tenant === undefined || tenant === 'local' ? {} : { tenant_id: tenant }),
    session_id: action.session_id ?? '',
    agent_id: action.agent_id ?? '',
    request: { ...action, schema_version: action.schema_version || 'v1' },
    result,
    duration_ms: Math.max(0, Math.floor(judged - started)),
    transport: action.meta?.['transport'] || 'sdk',
    ...(result.policy_digest === undefined ? {} : { policy_digest: result.policy_digest }),
    ...(result.effect === undefined ? {} : { effect: result.effect }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(caller === undefined ? {} : { caller })
  }
}

/** What the log says of an approval that changed. The action itself is in its entry. */
export function approvalDetail(approval: Approval): Readonly<Record<string, unknown>> {
  const { request, result, votes, ...facts } = approval
  return { ...facts, scope: request.scope, agent_id: request.agent_id ?? '' }
}
