import * as v from 'valibot'
import { type ActionRequest, actionRequestSchema } from './action-request.ts'
import { type ChainLink, chainLinkMembers } from './chain-link.ts'
import { type CheckResult, checkResultSchema } from './check-result.ts'
import { type Effect, effectSchema } from './effect.ts'
import { member } from './member.ts'
import { timestampSchema } from './timestamp.ts'

/** One verdict in the audit log. */
export interface AuditEntry extends ChainLink {
  /** When the verdict was given. */
  readonly timestamp: string
  /** Whose it is. Absent means `local`. */
  readonly tenant_id?: string
  /** The session in which the agent asked. Empty when it named none. */
  readonly session_id: string
  /** Who asked. Empty when it gave no name. */
  readonly agent_id: string
  /** The action. */
  readonly request: ActionRequest
  /** The verdict. */
  readonly result: CheckResult
  /** How long the verdict took, in whole milliseconds. */
  readonly duration_ms: number
  /** The way the action came: `sdk`, `mcp_gateway`, `llm_api_proxy` or another. Absent means `sdk`. */
  readonly transport?: string
  /** The digest of the policy that decided. */
  readonly policy_digest?: string
  /** The effect that decided, when it is not the action as written. */
  readonly effect?: Effect
  /** The request that it answers, as in the logs of the server. */
  readonly request_id?: string
  /** The trace of the caller that the request belongs to (W3C Trace Context): 32 hexadecimal digits. */
  readonly trace_id?: string
  /** The credential that asked. Absent when none was needed. */
  readonly caller?: string
  /** Where the request came from: a network address, or what a credential is counted by. */
  readonly source?: string
  /** The fields that were too long and end with their length and digest, as JSON pointers. */
  readonly truncated?: readonly string[]
}

const text = v.exactOptional(v.string())

/** The schema of an {@link AuditEntry}. Unknown members are dropped. */
export const auditEntrySchema: v.GenericSchema<unknown, AuditEntry> = v.object({
  timestamp: member(timestampSchema, 'When the verdict was given.'),
  tenant_id: member(text, 'Whose it is. Absent means local.'),
  session_id: member(v.string(), 'The session in which the agent asked. Empty when it named none.'),
  agent_id: member(v.string(), 'Who asked. Empty when it gave no name.'),
  request: member(actionRequestSchema, 'The action.'),
  result: member(checkResultSchema, 'The verdict.'),
  duration_ms: member(
    v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    'How long the verdict took, in whole milliseconds.'
  ),
  transport: member(
    text,
    'The way the action came: sdk, mcp_gateway, llm_api_proxy or another. Absent means sdk.'
  ),
  policy_digest: member(text, 'The digest of the policy that decided.'),
  effect: member(
    v.exactOptional(effectSchema),
    'The effect that decided, when it is not the action as written.'
  ),
  request_id: member(text, 'The request that it answers, as in the logs of the server.'),
  trace_id: member(
    text,
    'The trace of the caller that the request belongs to (W3C Trace Context): 32 hexadecimal digits.'
  ),
  caller: member(text, 'The credential that asked. Absent when none was needed.'),
  source: member(
    text,
    'Where the request came from: a network address, or what a credential is counted by.'
  ),
  truncated: member(
    v.exactOptional(v.array(v.string())),
    'The fields that were too long and end with their length and digest, as JSON pointers.'
  ),
  ...chainLinkMembers
} satisfies Record<keyof AuditEntry, unknown>)
