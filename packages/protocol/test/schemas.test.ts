import * as v from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  type ActionRequest,
  type Approval,
  type AuditEntry,
  type AuditMetaLine,
  actionRequestSchema,
  approvalSchema,
  approvalStatusSchema,
  auditEntrySchema,
  auditMetaLineSchema,
  type CheckResult,
  checkResultSchema,
  type Decision,
  decisionSchema,
  effectSchema,
  errorBodySchema,
  furtherActionSchema,
  type Gate,
  healthReportSchema,
  healthSchema,
  resolutionSchema,
  ruleSourceSchema,
  strictest
} from '../src/index.ts'

const request: ActionRequest = { scope: 'shell', command: 'ls' }
const result: CheckResult = { decision: 'ALLOW', reason: 'Allowed by shell rule' }
const approval: Approval = {
  id: 'ap_0123456789abcdef0123456789abcdef',
  request,
  result: {
    decision: 'REQUIRE_APPROVAL',
    reason: 'why',
    matched_rule: 'require_approval:shell:ls'
  },
  created_at: '2026-11-22T07:02:56.180906255Z',
  resolved: false,
  resolved_at: '0001-01-01T00:00:00Z'
}
const entry: AuditEntry = {
  timestamp: '2026-11-22T07:02:56Z',
  session_id: '',
  agent_id: '',
  request: { ...request, schema_version: 'v1' },
  result: { schema_version: 'v1', ...result },
  duration_ms: 0
}
const metaLine: AuditMetaLine = {
  _meta: { schema_version: 2, created_at: '2026-11-22T07:02:56.18Z' }
}
const link = { seq: 0, prev: '', hash: 'ab' }
const effect = { scope: 'shell', verb: 'exec', text: 'ls', start: 0, end: 2 }

describe('an object of AgentGuard v1.0 is accepted as it is', () => {
  const objects: [string, v.GenericSchema<unknown, unknown>, unknown][] = [
    ['an action', actionRequestSchema, request],
    ['a further action', furtherActionSchema, request],
    ['a verdict', checkResultSchema, { schema_version: 'v1', ...result, approval_id: 'ap_1' }],
    ['a decision', decisionSchema, 'REQUIRE_APPROVAL'],
    ['a pending approval', approvalSchema, approval],
    [
      'a consumed approval',
      approvalSchema,
      {
        ...approval,
        tenant_id: 't',
        resolved: true,
        decision: 'ALLOW',
        resolved_at: '2026-11-22T07:03:00Z',
        consumed_at: '2026-11-22T07:03:01+01:00',
        resolved_via: 'bearer',
        resolved_from: '127.0.0.1'
      }
    ],
    ['a pending status', approvalStatusSchema, { id: 'ap_1', status: 'pending' }],
    [
      'a resolved status',
      approvalStatusSchema,
      { decision: 'DENY', id: 'ap_1', status: 'resolved' }
    ],
    ['an entry', auditEntrySchema, { ...entry, tenant_id: 't', transport: 'sdk' }],
    ['the first line of a log', auditMetaLineSchema, metaLine],
    ['health', healthSchema, { status: 'ok', version: '1.0.0' }],
    [
      'a health report',
      healthReportSchema,
      { status: 'degraded', version: '1.0.0', tenant: 'local', uptime_seconds: 3, warnings: ['x'] }
    ],
    ['an error', errorBodySchema, { error: 'tenant not found' }],
    ['a conflict', errorBodySchema, { error: 'already resolved', id: 'ap_1', status: 'denied' }]
  ]
  test.each(objects)('%s', (_, schema, object) => {
    expect(v.parse(schema, object)).toEqual(object)
  })
})

describe('what is new beside AgentGuard v1.0 is kept', () => {
  const objects: [string, v.GenericSchema<unknown, unknown>, unknown][] = [
    [
      'an action with further actions',
      actionRequestSchema,
      { ...request, actions: [request], reuse_approval: false }
    ],
    [
      'a verdict with its rule, effect and policy',
      checkResultSchema,
      { ...result, rule_source: { file: 'p.yaml', line: 3 }, effect, policy_digest: 'd' }
    ],
    ['where a rule stands', ruleSourceSchema, { line: 1 }],
    ['an effect', effectSchema, effect],
    [
      'an approval that expires',
      approvalSchema,
      {
        ...approval,
        expires_at: '2026-11-22T08:02:56Z',
        expired: true,
        digest: 'd',
        resolved_by: 'ann'
      }
    ],
    [
      'an approval of two people, with what it is bound to',
      approvalSchema,
      {
        ...approval,
        resolved: true,
        decision: 'ALLOW',
        resolved_at: '2026-11-22T07:03:00Z',
        digest: 'd',
        context: { cwd: '/work', shell: 'bash' },
        requested_by: 'agent-7',
        approvers: ['maintainers', 'ann'],
        quorum: 2,
        votes: [
          { decision: 'ALLOW', at: '2026-11-22T07:02:59Z', by: 'ann', comment: 'fine' },
          { decision: 'ALLOW', at: '2026-11-22T07:03:00Z', by: 'bob' }
        ],
        valid_until: '2026-11-22T07:08:00Z',
        comment: 'once'
      }
    ],
    [
      'a status that is used up',
      approvalStatusSchema,
      { id: 'a', status: 'resolved', decision: 'ALLOW', consumed: true }
    ],
    [
      'a status that expired',
      approvalStatusSchema,
      { id: 'a', status: 'resolved', decision: 'DENY', expired: true }
    ],
    [
      'an entry in a chain',
      auditEntrySchema,
      { ...entry, ...link, policy_digest: 'd', effect, request_id: 'r', trace_id: 't', caller: 'c' }
    ],
    [
      'an entry with a shortened and a redacted field',
      auditEntrySchema,
      {
        ...entry,
        ...link,
        truncated: ['/request/path'],
        salts: { '/request/path': '01' },
        redacted: { '/request/command': '02' }
      }
    ],
    [
      'the first line of a sealed file',
      auditMetaLineSchema,
      { _meta: { ...metaLine._meta, seal: { version: 1, tree: ['ab'] } }, ...link, salt: '01' }
    ],
    [
      'an event in a chain',
      auditMetaLineSchema,
      { _meta: { created_at: entry.timestamp, event: 'start', detail: { pid: 1 } }, ...link }
    ]
  ]
  test.each(objects)('%s', (_, schema, object) => {
    expect(v.parse(schema, object)).toEqual(object)
  })
})

describe('what cannot be relied on is refused', () => {
  const objects: [string, v.GenericSchema<unknown, unknown>, unknown][] = [
    ['an array for an action', actionRequestSchema, []],
    ['a cost without an end', actionRequestSchema, { est_cost: Number.POSITIVE_INFINITY }],
    ['a cost that is no number', actionRequestSchema, { est_cost: Number.NaN }],
    [
      'further actions of a further action',
      actionRequestSchema,
      { actions: [{ actions: [request] }] }
    ],
    ['a verdict without a decision', checkResultSchema, { reason: '' }],
    ['a verdict with an unknown decision', checkResultSchema, { decision: 'allow', reason: '' }],
    ['a verdict of another version', checkResultSchema, { ...result, schema_version: 'v2' }],
    ['a verdict with null for a rule', checkResultSchema, { ...result, matched_rule: null }],
    ['an effect at no position', effectSchema, { ...effect, start: -1 }],
    ['an effect at half a position', effectSchema, { ...effect, end: 0.5 }],
    ['a rule at line 0', ruleSourceSchema, { line: 0 }],
    ['REQUIRE_APPROVAL as an answer', resolutionSchema, 'REQUIRE_APPROVAL'],
    ['an approval at no time', approvalSchema, { ...approval, created_at: 'yesterday' }],
    ['an approval of nobody', approvalSchema, { ...approval, quorum: 0 }],
    ['an entry without an action', auditEntrySchema, { ...entry, request: null }],
    ['an entry in an unknown place', auditEntrySchema, { ...entry, seq: '1' }],
    ['an entry for a line that is none', auditMetaLineSchema, entry],
    ['a health that is not ok', healthSchema, { status: 'degraded', version: '1' }],
    ['an array for an error', errorBodySchema, []]
  ]
  test.each(objects)('%s', (_, schema, object) => {
    expect(v.is(schema, object)).toBe(false)
  })
})

test('unknown members are dropped, from nested objects too', () => {
  const parsed = v.parse(auditEntrySchema, {
    ...entry,
    extra: 1,
    result: { ...result, extra: 1 },
    request: { ...request, extra: 1 }
  })
  expect(parsed).toStrictEqual({ ...entry, result, request })
})

test('the stricter decision wins, in either order', () => {
  const order: Decision[] = ['ALLOW', 'REQUIRE_APPROVAL', 'DENY']
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) expect(strictest(a, b)).toBe(order[Math.max(i, j)])
  }
})

test('a gate takes an action and a signal, and resolves to a verdict', async () => {
  const gate: Gate = async (action, options) =>
    options?.signal?.aborted
      ? Promise.reject(options.signal.reason)
      : { ...result, reason: action.scope }
  expect(await gate({ scope: 'shell' })).toEqual({ decision: 'ALLOW', reason: 'shell' })
  await expect(gate({ scope: 'shell' }, { signal: AbortSignal.abort() })).rejects.toThrow()
  expectTypeOf<Parameters<Gate>[1]>().toEqualTypeOf<{ signal?: AbortSignal } | undefined>()
})

test('an action has a scope and everything else is optional', () => {
  expectTypeOf<{ scope: string }>().toExtend<ActionRequest>()
  expectTypeOf<Record<never, never>>().not.toExtend<ActionRequest>()
  expectTypeOf<{ scope: string; command: undefined }>().not.toExtend<ActionRequest>()
})
