import type { AuditLog } from '@agentguard/audit'
import type { ActionRequest, Approval, AuditEntry, AuditMetaLine } from '@agentguard/protocol'
import { wireVerdict } from '../http/encode-verdict.ts'
import { encodeFrame, type FeedEvent, type Frame } from './frame.ts'

/** A line of the log, as it is stored. */
export type LogLine = Awaited<ReturnType<AuditLog['query']>>['lines'][number]

/** What the events of lines are made with. */
export interface LineEventsDeps {
  /** The approval that a line is about: what was asked is in no other place. */
  readonly findApproval: (tenant: string, id: string) => Promise<Approval | undefined>
  /** Takes secrets out of an action, as the log of the tenant does. */
  readonly redact: (tenant: string, action: ActionRequest) => ActionRequest
}

/** Makes the events of a line: the same for those who listen and those who come back. */
export type EncodeLine = (
  line: LogLine,
  seq: number
) => Frame | undefined | Promise<Frame | undefined>

/** Creates what makes events of lines. */
export function createEncodeLine({ findApproval, redact }: LineEventsDeps): EncodeLine {
  async function encodeApproval(kind: ApprovalKind, meta: Meta, seq: number): Promise<Frame> {
    const { detail = {} } = meta
    const { id } = detail
    const tenant = tenantOfDetail(detail)
    const approval = typeof id === 'string' ? await findApproval(tenant, id) : undefined
    const request = approval ? shortened(redact(tenant, approval.request)) : requestOf(detail)
    return encodeFrame(seq, approvalEvents(kind, meta, request))
  }

  return (line, seq) => {
    if (!('_meta' in line)) return encodeFrame(seq, checkEvents(line))
    const { event } = line._meta
    if (event === undefined) return undefined
    const approval = approvalKinds.get(event)
    if (approval) return encodeApproval(approval, line._meta, seq)
    const policy = policyKinds.get(event)
    return policy && encodeFrame(seq, [policyEvent(policy, line._meta)])
  }
}

/** Whose a line is. */
export function tenantOfLine(line: LogLine): string {
  return '_meta' in line ? tenantOfDetail(line._meta.detail) : line.tenant_id || 'local'
}

type Meta = AuditMetaLine['_meta']
type Detail = Readonly<Record<string, unknown>>

type ApprovalKind = 'approval_resolved' | 'approval_consumed' | 'approval_expired'
type PolicyKind = 'policy_loaded' | 'policy_failed' | 'policy_removed'

const approvalKinds = new Map<string, ApprovalKind>([
  ['approval-resolved', 'approval_resolved'],
  ['approval-consumed', 'approval_consumed'],
  ['approval-expired', 'approval_expired']
])

const policyKinds = new Map<string, PolicyKind>([
  ['policy-loaded', 'policy_loaded'],
  ['policy-failed', 'policy_failed'],
  ['policy-removed', 'policy_removed']
])

function tenantOfDetail(detail: Detail | undefined): string {
  const tenant = detail?.['tenant_id']
  return typeof tenant === 'string' && tenant !== '' ? tenant : 'local'
}

/** `check`, and what else a verdict means. */
function checkEvents(entry: AuditEntry): FeedEvent[] {
  const { timestamp, tenant_id, transport } = entry
  const { schema_version = 'v1', ...asked } = entry.request
  const result = wireVerdict(entry.result)
  const common = {
    timestamp,
    ...tenantMember(tenant_id),
    transport: transport || 'sdk',
    request: { schema_version, ...asked },
    result
  }
  const check: FeedEvent = { data: { type: 'check', ...common } }
  const { decision, approval_id, approval_url, matched_rule } = result
  // Whoever asks again whether somebody has answered asks nobody anew.
  const isAsked = decision === 'REQUIRE_APPROVAL' && matched_rule !== 'require_approval:pending'
  if (!isAsked || !approval_id) return [check]
  const data = {
    type: 'approval_required',
    ...common,
    approval_id,
    ...(approval_url ? { approval_url } : {})
  }
  return [check, { name: 'approval_required', data }]
}

/** What happened to an approval; `resolved` for what AgentGuard 1.0 knows. */
function approvalEvents(
  kind: ApprovalKind,
  { created_at, detail = {} }: Meta,
  request: ActionRequest
): FeedEvent[] {
  const { id, tenant_id, decision, ...facts } = detail
  const isFinal = kind !== 'approval_resolved' || facts['resolved'] === true
  const common = {
    timestamp: created_at,
    ...tenantMember(tenant_id),
    transport: request.meta?.['transport'] || 'sdk',
    request
  }
  const result = { decision, reason: reasonOf(detail) }
  const name = isFinal ? kind : 'approval_voted'
  const change: FeedEvent = {
    name,
    data: {
      type: name,
      ...common,
      ...(decision === undefined ? {} : { result }),
      approval_id: id,
      ...pick(facts)
    }
  }
  if (name !== 'approval_resolved') return [change]
  return [{ data: { type: 'resolved', ...common, result } }, change]
}

/** In the words of AgentGuard 1.0, where it has some. */
function reasonOf({ decision, expired, valid_until }: Detail): string {
  if (expired !== true) return decision === 'DENY' ? 'manually deny' : 'manually allow'
  // Only an answer has a time until which it counts.
  return valid_until === undefined ? 'nobody answered in time' : 'nobody used the answer in time'
}

/** What is said of an approval beside the action: who answered, and until when it counts. */
const shownFacts = [
  'created_at',
  'expires_at',
  'expired',
  'resolved_at',
  'resolved_by',
  'resolved_via',
  'resolved_from',
  'consumed_at',
  'valid_until',
  'quorum',
  'comment'
]

function pick(facts: Detail): Record<string, unknown> {
  return Object.fromEntries(
    shownFacts.filter((name) => facts[name] !== undefined).map((name) => [name, facts[name]])
  )
}

function policyEvent(name: PolicyKind, { created_at, detail = {} }: Meta): FeedEvent {
  const { tenant_id, ...facts } = detail
  return { name, data: { type: name, timestamp: created_at, ...tenantMember(tenant_id), ...facts } }
}

function tenantMember(tenant: unknown): { readonly tenant?: string } {
  return typeof tenant === 'string' && tenant !== '' && tenant !== 'local' ? { tenant } : {}
}

/** What the log says of an action whose approval is forgotten. */
function requestOf({ scope, agent_id, session_id }: Detail): ActionRequest {
  return {
    schema_version: 'v1',
    scope: textOf(scope),
    ...(agent_id ? { agent_id: textOf(agent_id) } : {}),
    ...(session_id ? { session_id: textOf(session_id) } : {})
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

const maxRequestChars = 65_536

/** An action as large as a line of the log may be. Of a larger one the details are in its entry. */
function shortened(request: ActionRequest): ActionRequest {
  const { schema_version = 'v1', ...asked } = request
  return JSON.stringify(asked).length <= maxRequestChars
    ? { schema_version, ...asked }
    : requestOf({ ...asked })
}
