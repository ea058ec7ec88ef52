import type { ActionRequest, Approval, AuditEntry, CheckResult } from '@agentguard/protocol'
import type { Asking } from './asking.ts'

/** When a verdict was asked for, and how long it took, in milliseconds. */
export interface VerdictTimes {
  readonly at: number
  readonly tookMs: number
}

/** The entry of a verdict in the audit log: the action as it was received. */
export function entryOf(
  action: ActionRequest,
  asking: Asking,
  result: CheckResult,
  { at, tookMs }: VerdictTimes
): AuditEntry {
  const { tenant, caller, requestId, traceId, source } = asking
  return {
    timestamp: new Date(at).toISOString(),
    ...(tenant === undefined || tenant === 'local' ? {} : { tenant_id: tenant }),
    session_id: action.session_id ?? '',
    agent_id: action.agent_id ?? '',
    request: { ...action, schema_version: action.schema_version || 'v1' },
    result,
    duration_ms: Math.floor(tookMs),
    transport: action.meta?.['transport'] || 'sdk',
    ...(result.policy_digest === undefined ? {} : { policy_digest: result.policy_digest }),
    ...(result.effect === undefined ? {} : { effect: result.effect }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(caller === undefined ? {} : { caller }),
    ...(source === undefined ? {} : { source })
  }
}

/** What the log says of an approval that changed. The action itself is in its entry. */
export function approvalDetail(approval: Approval): Readonly<Record<string, unknown>> {
  const { request, result, votes, ...facts } = approval
  const { session_id } = request
  return {
    ...facts,
    scope: request.scope,
    agent_id: request.agent_id ?? '',
    ...(session_id ? { session_id } : {})
  }
}
