import type { GuardEvent } from '@agentguard/guard'
import { expect, test } from 'vitest'
import { createMetrics, type MetricsOptions } from '../../src/metrics/create-metrics.ts'
import { families, firstFamilies } from '../../src/metrics/families.ts'
import { checkEntry } from '../support/open-feed.ts'
import { sealed } from '../support/sealed-line.ts'

function open(options: Partial<MetricsOptions> = {}) {
  return createMetrics({ version: '1.2.3', commit: 'abc', withProcess: false, ...options })
}

const all = { detail: true }

test('every family has its HELP and TYPE, in the order of the contract, before anything happened', async () => {
  const text = await open().render(all)
  const headers = text.split('\n').filter((line) => line.startsWith('# '))
  expect(headers).toEqual(
    families.flatMap(({ name, help, type }) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`])
  )
  expect(text.endsWith('\n')).toBe(true)
  expect(text).not.toContain('\n\n')
})

test('the families of AgentGuard 1.0 are there under their names, types and labels', () => {
  // From the contract's table, in its order.
  const table = `checks_total counter
allowed_total counter
denied_total counter
approval_required_total counter
rate_limited_total counter
approval_replay_mismatch_total counter
approval_replay_refused_total counter reason
pending_approvals gauge
request_duration_ms histogram
policy_eval_duration_ms histogram
audit_write_duration_ms histogram
ratelimit_buckets gauge
sse_subscribers gauge
notify_queue_depth gauge
notify_spooled_to_disk_total counter
notify_despooled_total counter
notify_dispatch_duration_seconds histogram notifier
audit_replay_entries_total counter
audit_rotations_total counter
audit_corrupt_lines_total counter
audit_replay_duration_seconds gauge
audit_buffered_dropped_to_overflow_total counter
audit_buffered_drained_from_overflow_total counter
audit_buffered_queue_depth gauge
llmproxy_streams_active gauge
llmproxy_streams_rejected_total counter
request_rejected_total counter reason
notify_events_dropped_total counter notifier,reason
approvals_evicted_total counter reason
ratelimit_bucket_evictions_total counter scope
sse_events_dropped_total counter reason
audit_migration_status gauge from,to,status
llmproxy_buffer_overflow_total counter provider
llmproxy_non_streaming_overflow_total counter provider
llmproxy_protocol_violation_total counter provider
deprecations_used_total counter feature`
  const own = firstFamilies.map(({ name, type, labels }) =>
    [name.replace('agentguard_', ''), type, labels.join()].join(' ').trim()
  )
  expect(own).toEqual(table.split('\n'))
})

test('buckets are those of the contract', async () => {
  const text = await open().render(all)
  const bounds = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^agentguard_${name}_bucket\\{.*?le="([^"]*)"`, 'gm'))].map(
      ([, bound]) => bound as string
    )
  const milliseconds = '0.25 0.5 1 2 5 10 25 50 100 250 500 1000 2500 5000 10000 +Inf'.split(' ')
  for (const name of ['request', 'policy_eval', 'audit_write']) {
    expect(bounds(`${name}_duration_ms`)).toEqual(milliseconds)
  }
  const metrics = open()
  metrics.notifierEvent({
    type: 'delivered',
    target: { id: 'a', tenant: 'local', type: 'slack', place: '' },
    attempts: 1,
    durationMs: 30
  })
  const sent = await metrics.render(all)
  expect(sent).toContain(
    'agentguard_notify_dispatch_duration_seconds_bucket{le="0.05",notifier="slack"} 1'
  )
  const [spec] = families.filter(({ name }) => name.endsWith('notify_dispatch_duration_seconds'))
  expect(spec?.buckets?.join(' ')).toBe('0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10')
})

test('what the contract prints without anything having happened is printed', async () => {
  const text = await open().render({ detail: false })
  for (const line of [
    'agentguard_checks_total 0',
    'agentguard_approval_replay_refused_total{reason="consumed"} 0',
    'agentguard_approval_replay_refused_total{reason="expired"} 0',
    'agentguard_llmproxy_streams_active 0',
    'agentguard_faults_total{part="audit"} 0',
    'agentguard_policy_loads_total{outcome="failed"} 0',
    'agentguard_approvals_total{outcome="expired"} 0',
    'agentguard_store_up 1',
    'agentguard_audit_up 1',
    `agentguard_build_info{version="1.2.3",commit="abc",node="${process.version}"} 1`
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})

test('verdicts that are in the log are counted by all that somebody may ask', async () => {
  const metrics = open()
  const denied = { decision: 'DENY', reason: '', matched_rule: 'deny:shell:rm "*"' } as const
  metrics.take([
    sealed(checkEntry()),
    sealed(checkEntry({ result: denied, tenant_id: 'acme', transport: 'mcp_gateway' })),
    sealed({ _meta: { created_at: '', event: 'policy-loaded' } })
  ])
  const text = await metrics.render(all)
  for (const line of [
    'agentguard_checks_total 2',
    'agentguard_allowed_total 1',
    'agentguard_denied_total 1',
    'agentguard_approval_required_total 0',
    'agentguard_decisions_total{tenant="acme",scope="shell",transport="mcp_gateway",decision="DENY"} 1',
    'agentguard_rule_decisions_total{tenant="acme",rule="deny:shell:rm \\"*\\"",decision="DENY"} 1',
    'agentguard_rule_decisions_total{tenant="local",rule="default",decision="ALLOW"} 1',
    'agentguard_agent_decisions_total{tenant="local",agent="helper",decision="ALLOW"} 1'
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})

test('who may not read the log sees no name of a tenant, agent, scope or rule', async () => {
  const metrics = open()
  metrics.policyLoaded('acme', 'digest-of-acme')
  const result = { decision: 'DENY', reason: '', matched_rule: 'deny:secret:rule' } as const
  metrics.take([sealed(checkEntry({ tenant_id: 'acme', agent_id: 'agent-x', result }))])
  const text = await metrics.render({ detail: false })
  expect(text).not.toMatch(/acme|agent-x|secret:rule|"shell"/)
  expect(text).toContain('# TYPE agentguard_decisions_total counter')
  expect(text).toContain('agentguard_denied_total 1')
})

test('names that agents make up do not make metrics without end', async () => {
  const metrics = open()
  for (let each = 0; each < 5000; each++) {
    metrics.take([sealed(checkEntry({ agent_id: `agent-${each}` }))])
  }
  const samples = (text: string): string[] =>
    text.split('\n').filter((line) => line.startsWith('agentguard_agent_decisions_total{'))
  const text = await metrics.render(all)
  expect(samples(text).length).toBeLessThanOrEqual(3 * 201)
  const sum = samples(text).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
  expect(sum).toBe(5000)
  expect(text).toContain('agent="other",decision="ALLOW"')
  // Somebody who comes again and again still gets a place.
  for (let each = 0; each < 5; each++) metrics.take([sealed(checkEntry({ agent_id: 'real' }))])
  expect(await metrics.render(all)).toContain('agent="real",decision="ALLOW"} 3')
})

const approval = {
  id: 'ap_1',
  request: { scope: 'shell' },
  result: { decision: 'REQUIRE_APPROVAL', reason: '' },
  created_at: '2026-01-01T00:00:00Z',
  resolved: true,
  decision: 'ALLOW',
  resolved_at: '2026-01-01T00:01:00Z',
  valid_until: '2026-01-01T00:06:00Z'
} as const

test('approvals are counted by what becomes of them, with the time that people took', async () => {
  const metrics = open()
  const changed = { type: 'approval-changed', tenant: 'local', timestamp: 0 } as const
  const { valid_until: _, ...unanswered } = approval
  for (const one of [
    { ...approval, resolved: false },
    approval,
    { ...approval, decision: 'DENY' as const },
    { ...approval, consumed_at: '2026-01-01T00:02:00Z' },
    { ...approval, expired: true },
    { ...unanswered, decision: 'DENY' as const, expired: true }
  ]) {
    metrics.guardEvent({ ...changed, approval: one })
  }
  const text = await metrics.render(all)
  for (const outcome of ['voted', 'approved', 'denied', 'consumed', 'lapsed', 'expired']) {
    expect(text).toContain(`agentguard_approvals_total{outcome="${outcome}"} 1\n`)
  }
  expect(text).toContain('agentguard_approval_wait_seconds_sum{outcome="approved"} 60\n')
  expect(text).not.toContain('agentguard_approval_wait_seconds_sum{outcome="consumed"}')
})

test('times and origins come from the guard; only the engine counts as evaluation', async () => {
  const metrics = open()
  const event: Extract<GuardEvent, { type: 'check' }> = {
    type: 'check',
    tenant: 'local',
    timestamp: 0,
    action: { scope: 'shell' },
    result: { decision: 'ALLOW', reason: '' },
    by: 'policy',
    policyMs: 3,
    auditMs: 4,
    entry: checkEntry(),
    seq: 0
  }
  metrics.guardEvent(event)
  metrics.guardEvent({ ...event, by: 'rate_limit' })
  metrics.guardEvent({ type: 'approval-mismatch', tenant: 'local', timestamp: 0, approvalId: 'x' })
  metrics.fault('limiter')
  const text = await metrics.render(all)
  for (const line of [
    'agentguard_request_duration_ms_sum 14',
    'agentguard_request_duration_ms_count 2',
    'agentguard_policy_eval_duration_ms_count 1',
    'agentguard_audit_write_duration_ms_sum 8',
    'agentguard_rate_limited_total 1',
    'agentguard_approval_replay_mismatch_total 1',
    'agentguard_verdicts_total{by="rate_limit"} 1',
    'agentguard_faults_total{part="limiter"} 1'
  ]) {
    expect(text.split('\n')).toContain(line)
  }
})

test('weakness 75: reloads, requests, refusals, failures and what notifying came to are metrics', async () => {
  const metrics = open()
  metrics.policyLoaded('local', 'one')
  metrics.policyLoaded('local', 'two')
  metrics.policyFailed('local')
  metrics.http({ route: '/v1/status/{id}', method: 'GET', status: 404, durationMs: 2 })
  metrics.http({ route: '', method: 'BREW', status: 405, durationMs: 2 })
  metrics.count('auth_failures_total', 'wrong_key')
  metrics.count('sse_refused_total')
  const target = { id: 'a', tenant: 'local', type: 'webhook', place: '' } as const
  metrics.notifierEvent({ type: 'given_up', target, reason: 'queue_full', attempts: 0 })
  metrics.notifierEvent({ type: 'redaction_failed', tenant: 'local' })
  const lines = (await metrics.render(all)).split('\n')
  for (const line of [
    'agentguard_policy_loads_total{outcome="loaded"} 2',
    'agentguard_policy_loads_total{outcome="failed"} 1',
    'agentguard_policy_info{tenant="local",digest="two"} 1',
    'agentguard_http_requests_total{route="/v1/status/{id}",method="GET",status="404"} 1',
    'agentguard_http_requests_total{route="other",method="other",status="405"} 1',
    'agentguard_auth_failures_total{reason="wrong_key"} 1',
    'agentguard_sse_refused_total 1',
    'agentguard_notify_events_dropped_total{notifier="webhook",reason="queue_full"} 1',
    'agentguard_notify_outcomes_total{notifier="webhook",outcome="given_up"} 1',
    'agentguard_notify_outcomes_total{notifier="unknown",outcome="redaction_failed"} 1'
  ]) {
    expect(lines).toContain(line)
  }
  expect(lines.join('\n')).not.toContain('digest="one"')
  metrics.policyRemoved('local')
  expect(await metrics.render(all)).not.toContain('digest="two"')
})

test('those who ask at the same time share one answer', async () => {
  let sampled = 0
  const metrics = open({ samples: { sseSubscribers: () => ++sampled } })
  const [first, second] = [metrics.render(all), metrics.render(all)]
  expect(second).toBe(first)
  await Promise.all([first, metrics.render({ detail: false })])
  expect(sampled).toBe(2)
})

test('the state of the log and the store is sampled when somebody asks', async () => {
  let now = 1_000_000
  const errors: unknown[] = []
  const checkpoint = { origin: 'a', size: 41, root: '', note: '', hash: '' }
  const metrics = open({
    now: () => now,
    onError: (error) => errors.push(error),
    samples: {
      auditHealth: () => ({ status: 'failed', size: 42, waiting: 3, refused: 5, checkpoint }),
      isStoreUp: () => true,
      pendingApprovals: async () => 7,
      sseSubscribers: () => 8,
      rateLimitBuckets() {
        throw new Error('closed')
      },
      degraded: () => ({ audit_failed: true, store_failed: false })
    }
  })
  metrics.take([sealed({ _meta: { created_at: '', event: 'checkpoint' } })])
  now += 30_000
  await metrics.render(all)
  const lines = (await metrics.render(all)).split('\n')
  for (const line of [
    'agentguard_audit_up 0',
    'agentguard_audit_lines 42',
    'agentguard_audit_buffered_queue_depth 3',
    'agentguard_audit_refused_total 5',
    'agentguard_audit_checkpoint_age_seconds 30',
    'agentguard_audit_checkpoint_lines 41',
    'agentguard_store_up 1',
    'agentguard_pending_approvals 7',
    'agentguard_sse_subscribers 8',
    'agentguard_degraded{reason="audit_failed"} 1',
    'agentguard_degraded{reason="store_failed"} 0'
  ]) {
    expect(lines).toContain(line)
  }
  expect(errors).toHaveLength(2)
})

test('what AgentGuard 1.0 counts is counted where it can be seen', async () => {
  const metrics = open()
  const result = { decision: 'DENY', reason: '', matched_rule: 'deny:approvals:quota' } as const
  metrics.take([sealed(checkEntry({ result }))])
  metrics.http({ route: '/v1/check', method: 'POST', status: 413, durationMs: 1 })
  const lines = (await metrics.render(all)).split('\n')
  for (const line of [
    'agentguard_approvals_evicted_total{reason="queue_full"} 1',
    'agentguard_request_rejected_total{reason="body_too_large"} 1',
    'agentguard_audit_migration_status{from="1",to="2",status="skipped"} 1'
  ]) {
    expect(lines).toContain(line)
  }
  metrics.migrated('ran')
  const after = (await metrics.render(all)).split('\n')
  expect(after.filter((line) => line.startsWith('agentguard_audit_migration_status{'))).toEqual([
    'agentguard_audit_migration_status{from="1",to="2",status="ran"} 1'
  ])
})

test('figures of the process come last', async () => {
  const text = await open({ withProcess: true }).render(all)
  expect(text.indexOf('# TYPE process_')).toBeGreaterThan(text.lastIndexOf('agentguard_'))
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
})
