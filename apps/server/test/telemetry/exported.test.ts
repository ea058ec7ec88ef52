import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRedactor } from '@agentguard/redaction'
import { context, metrics, propagation, trace } from '@opentelemetry/api'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openTelemetry } from '../../src/serve/open-telemetry.ts'
import { checkEntry } from '../support/open-feed.ts'

const allowed = {
  result: { schema_version: 'v1', decision: 'ALLOW', reason: 'yes' },
  by: 'policy',
  policyMs: 1,
  auditMs: 2
} as const

// What the SDK registers is for the whole process, and only the first is taken.
afterEach(() => {
  for (const part of [context, metrics, propagation, trace]) part.disable()
  vi.unstubAllEnvs()
})

/** A collector that takes OTLP over HTTP, as JSON. */
async function openCollector(): Promise<{ url: string; bodies: Map<string, string> }> {
  const bodies = new Map<string, string>()
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = request.url ?? ''
    bodies.set(path, (bodies.get(path) ?? '') + Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies }
}

/** A collector that takes connections and never answers. */
async function openSilence(): Promise<string> {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Judges one action, with the SDK as it is installed, and says what arrives at a collector. */
async function exported(env: Record<string, string> = {}): Promise<Map<string, string>> {
  const { url, bodies } = await openCollector()
  const settings: Record<string, string> = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'none',
    ...env
  }
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
  const ofTenant = createRedactor({ extraPatterns: ['PROJECT-[A-Z]+'] })
  const redactorOf = (tenant: string) => (tenant === 'acme' ? ofTenant : createRedactor())
  const telemetry = await openTelemetry({ hasTelemetry: true }, process.env, redactorOf)
  const action = { scope: 'shell', command: 'ls PROJECT-X', agent_id: 'agent of PROJECT-X' }
  await telemetry?.decide(action, { tenant: 'acme' }, async () => allowed)
  const entry = checkEntry()
  const event = { type: 'check', tenant: 'acme', timestamp: 0, action, entry, seq: 1 } as const
  telemetry?.guardEvent({ ...event, ...allowed })
  await telemetry?.close()
  return bodies
}

test('with the SDK as it is installed, spans and metrics arrive, and the command line does not', async () => {
  const bodies = await exported()
  const traces = bodies.get('/v1/traces')
  expect(traces).toContain('"execute_tool shell"')
  expect(traces).toContain('{"key":"service.name","value":{"stringValue":"agentguard"}}')
  expect(bodies.get('/v1/metrics')).toContain('"agentguard.checks"')
  expect([...bodies.values()].join()).not.toContain('process.command')
})

test('what a tenant calls a secret, and what was asked, is in no span of it', async () => {
  const traces = (await exported()).get('/v1/traces')
  expect(traces).toContain('gen_ai.agent.id')
  expect(traces).not.toContain('gen_ai.tool.call.arguments')
  expect(traces).not.toContain('PROJECT-X')
})

test('what was asked is in spans for who wants that, without secrets', async () => {
  const wanted = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }
  const traces = (await exported(wanted)).get('/v1/traces')
  expect(traces).toContain('gen_ai.tool.call.arguments')
  expect(traces).toContain('ls [REDACTED]')
  expect(traces).not.toContain('PROJECT-X')
})

// The SDK waits 10 s for it, and the server has 5 s to stop.
test('a collector that never answers does not hold up the stop', async () => {
  const url = await openSilence()
  await expect(exported({ OTEL_EXPORTER_OTLP_ENDPOINT: url })).rejects.toThrow(
    'the collector did not take the last spans and metrics in time'
  )
})
