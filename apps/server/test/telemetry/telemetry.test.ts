import * as api from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { describeService } from '../../src/telemetry/describe-service.ts'
import { startTelemetry, TelemetryError } from '../../src/telemetry/start-telemetry.ts'
import { createTelemetry, noTelemetry } from '../../src/telemetry/telemetry.ts'
import { parseTraceParent } from '../../src/telemetry/trace-parent.ts'
import { checkEntry } from '../support/open-feed.ts'

const denied = {
  result: {
    decision: 'DENY',
    reason: 'no, not rm -rf / hunter2',
    matched_rule: 'deny:shell:rm *',
    policy_digest: 'abc'
  },
  by: 'policy',
  policyMs: 1,
  auditMs: 2
} as const

function open({ showsActions = false } = {}) {
  const spans = new InMemorySpanExporter()
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: 60_000
  })
  const meterProvider = new MeterProvider({ readers: [reader] })
  const tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })]
  })
  const redactText = (text: string): string => text.replaceAll('hunter2', '[REDACTED]')
  const telemetry = createTelemetry({
    api,
    version: '1.2.3',
    redactText,
    tracerProvider,
    meterProvider,
    ...(showsActions
      ? { showAction: (action) => ({ ...action, command: redactText(action.command ?? '') }) }
      : {})
  })
  return { telemetry, spans, metrics, meterProvider }
}

const parent = parseTraceParent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'a=b')

test('a check is a tool execution below the span of the caller', async () => {
  const { telemetry, spans } = open()
  const action = {
    scope: 'mcp_tool',
    command: 'delete_file',
    agent_id: 'helper',
    session_id: 's1',
    meta: { tool_call_id: 'call_1', transport: 'mcp_gateway', arg_path: '/etc/shadow' }
  }
  expect(await telemetry.decide(action, { tenant: 'acme', parent }, async () => denied)).toBe(
    denied
  )
  const [span] = spans.getFinishedSpans()
  expect(span?.name).toBe('execute_tool delete_file')
  expect(span?.kind).toBe(api.SpanKind.INTERNAL)
  expect(span?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c')
  expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
  expect(span?.spanContext().traceState?.serialize()).toBe('a=b')
  expect(span?.status.code).toBe(api.SpanStatusCode.UNSET)
  expect(span?.attributes).toEqual({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'delete_file',
    'gen_ai.tool.call.id': 'call_1',
    'gen_ai.agent.id': 'helper',
    'gen_ai.conversation.id': 's1',
    'agentguard.tenant': 'acme',
    'agentguard.scope': 'mcp_tool',
    'agentguard.transport': 'mcp_gateway',
    'agentguard.decision': 'DENY',
    'agentguard.decided_by': 'policy',
    'agentguard.rule': 'deny:shell:rm *',
    'agentguard.policy.digest': 'abc'
  })
})

test('what is judged is told the trace of its span, also where the caller names none', async () => {
  const { telemetry, spans } = open()
  const told: unknown[] = []
  const decide = async (traceId?: string) => {
    told.push(traceId)
    return denied
  }
  await telemetry.decide({ scope: 'shell' }, { tenant: 'local' }, decide)
  await telemetry.decide(
    { scope: 'shell' },
    { tenant: 'local', parent: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 0 } },
    decide
  )
  expect(told).toEqual([expect.stringMatching(/^[\da-f]{32}$/), 'a'.repeat(32)])
  expect(spans.getFinishedSpans()[0]?.spanContext().traceId).toBe(told[0])
})

test('no span says what was asked, unless the operator wants that; then without secrets', async () => {
  const action = { scope: 'shell', command: 'login hunter2', agent_id: 'hunter2' }
  const silent = open()
  await silent.telemetry.decide(action, { tenant: 'local' }, async () => denied)
  const [span] = silent.spans.getFinishedSpans()
  expect(span?.name).toBe('execute_tool shell')
  expect(JSON.stringify(span?.attributes)).not.toMatch(/hunter2|login|rm -rf/)
  const open_ = open({ showsActions: true })
  await open_.telemetry.decide(action, { tenant: 'local' }, async () => denied)
  const shown = open_.spans.getFinishedSpans()[0]?.attributes['gen_ai.tool.call.arguments']
  expect(shown).toContain('login [REDACTED]')
  expect(shown).not.toContain('"command":"login hunter2"')
})

test('a part that failed is an error, and so is a caller that has gone', async () => {
  const { telemetry, spans } = open()
  const result = { decision: 'DENY', reason: 'x', matched_rule: 'deny:guard:limiter' } as const
  const action = { scope: 'shell' }
  await telemetry.decide(action, { tenant: 'local' }, async () => ({
    ...denied,
    result,
    by: 'fault'
  }))
  const gone = new Error('gone')
  await expect(
    telemetry.decide(action, { tenant: 'local' }, () => Promise.reject(gone))
  ).rejects.toBe(gone)
  const statuses = spans.getFinishedSpans().map(({ status }) => status.code)
  expect(statuses).toEqual([api.SpanStatusCode.ERROR, api.SpanStatusCode.ERROR])
  expect(spans.getFinishedSpans()[0]?.attributes['error.type']).toBe('deny:guard:limiter')
})

test('verdicts and the waiting for people are metrics', async () => {
  const { telemetry, metrics, meterProvider } = open()
  const action = { scope: 'shell' }
  telemetry.guardEvent({
    type: 'check',
    tenant: 'local',
    timestamp: 0,
    action,
    entry: checkEntry(),
    seq: 1,
    ...denied
  })
  telemetry.guardEvent({
    type: 'approval-changed',
    tenant: 'local',
    timestamp: 0,
    approval: {
      id: 'ap_1',
      request: action,
      result: denied.result,
      created_at: '2026-01-01T00:00:00Z',
      resolved: true,
      decision: 'ALLOW',
      resolved_at: '2026-01-01T00:00:30Z'
    }
  })
  await meterProvider.forceFlush()
  const found = metrics
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  expect(found.map(({ descriptor }) => descriptor.name).sort()).toEqual([
    'agentguard.approval.wait',
    'agentguard.check.duration',
    'agentguard.checks'
  ])
  const wait = found.find(({ descriptor }) => descriptor.name === 'agentguard.approval.wait')
  expect(wait?.dataPoints[0]).toMatchObject({
    attributes: { 'agentguard.outcome': 'approved' },
    value: { sum: 30, count: 1 }
  })
  await meterProvider.shutdown()
})

test('whatever telemetry does, the verdict is the same', async () => {
  const errors: unknown[] = []
  const broken = (): never => {
    throw new Error('broken')
  }
  const tracerProvider = { getTracer: () => ({ startSpan: broken, startActiveSpan: broken }) }
  const telemetry = createTelemetry({
    api,
    version: '1',
    redactText: String,
    tracerProvider,
    onError: (error) => errors.push(error)
  })
  expect(await telemetry.decide({ scope: 'a' }, { tenant: 'local' }, async () => denied)).toBe(
    denied
  )
  expect(errors).toHaveLength(1)
})

test('telemetry that nobody asked for hands the check on', async () => {
  const decided = noTelemetry.decide({ scope: 'shell' }, { tenant: 'local' }, async () => denied)
  expect(await decided).toBe(denied)
})

test('without the SDK, asking for telemetry says what to install', async () => {
  const load = async (name: string): Promise<unknown> => {
    if (name.endsWith('sdk-node')) throw new Error('not found')
    return api
  }
  const started = startTelemetry({ version: '1', env: {}, redactText: String, load })
  await expect(started).rejects.toThrow(TelemetryError)
  await expect(started).rejects.toThrow('npm install @opentelemetry/api @opentelemetry/sdk-node')
})

/** Starts telemetry over an SDK that says what it is given. */
async function started(env: Record<string, string>): Promise<unknown[]> {
  const calls: unknown[] = []
  class NodeSDK {
    constructor(options: unknown) {
      calls.push(options)
    }
    start(): void {
      calls.push('start')
    }
    async shutdown(): Promise<void> {
      calls.push('shutdown')
    }
  }
  const load = async (name: string): Promise<unknown> => (name.endsWith('api') ? api : { NodeSDK })
  const telemetry = await startTelemetry({ version: '1', env, redactText: String, load })
  await telemetry.close()
  return calls
}

test('the SDK is started and shut down, patches nothing and looks for nothing about the process', async () => {
  const [options, ...calls] = await started({})
  expect(options).toEqual({
    resourceDetectors: [{ detect: expect.any(Function) }],
    instrumentations: []
  })
  expect(calls).toEqual(['start', 'shutdown'])
})

test('who names detectors gets them, and the name of the service', async () => {
  const [options] = await started({
    OTEL_NODE_RESOURCE_DETECTORS: 'env,process',
    OTEL_SERVICE_NAME: 'mine'
  })
  expect(options).toEqual({ serviceName: 'mine', instrumentations: [] })
})

test('attributes that cannot be read are said, and not passed over', async () => {
  await expect(started({ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' })).rejects.toThrow(TelemetryError)
})

test.each([
  [{}, { 'service.name': 'agentguard', 'host.name': 'here' }],
  [{ OTEL_SERVICE_NAME: 'mine' }, { 'service.name': 'mine', 'host.name': 'here' }],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a%20b, team=x=y,' },
    { 'service.name': 'a b', 'host.name': 'here', team: 'x=y' }
  ],
  [
    { OTEL_SERVICE_NAME: 'mine', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,host.name=there' },
    { 'service.name': 'mine', 'host.name': 'there' }
  ]
])('with %j, the service is %j', (env, described) => {
  expect(describeService(env, 'here')).toEqual(described)
})

test.each(['team', '=x', 'a=b,c'])('%j is no description', (text) => {
  expect(() => describeService({ OTEL_RESOURCE_ATTRIBUTES: text })).toThrow(SyntaxError)
})
