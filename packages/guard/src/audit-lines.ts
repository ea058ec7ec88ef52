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
  const { policy_digest, effect } = result
  const entry: { -readonly [K in keyof AuditEntry]: AuditEntry[K] } = {
    timestamp: new Date(at).toISOString(),
    session_id: action.session_id ?? '',
    agent_id: action.agent_id ?? '',
    request: { ...action, schema_version: action.schema_version || 'v1' },
    result,
    duration_ms: Math.floor(tookMs),
    transport: action.meta?.['transport'] || 'sdk'
  }
  // One by one: a literal with as many spreads costs more than everything else here.
  if (tenant !== undefined && tenant !== 'local') entry.tenant_id = tenant
  if (policy_digest !== undefined) entry.policy_digest = policy_digest
  if (effect !== undefined) entry.effect = effect
  if (requestId !== undefined) entry.request_id = requestId
  if (traceId !== undefined) entry.trace_id = traceId
  if (caller !== undefined) entry.caller = caller
  if (source !== undefined) entry.source = source
  return entry
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
