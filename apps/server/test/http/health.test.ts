import { expect, test } from 'vitest'
import { createHealth, type Health, type HealthProbes } from '../../src/http/health.ts'

const hour = 3_600_000

function open(probes: HealthProbes = {}) {
  let now = 0
  const health = createHealth('1.2.3', () => now, probes)
  health.policyLoaded('local')
  return {
    health,
    pass(ms: number) {
      now += ms
    }
  }
}

test('health warns of silence, of an old policy and of a broken file, which alone degrades', () => {
  const { health, pass } = open()
  pass(299_999)
  expect(health.report()).toMatchObject({ status: 'ok', uptime_seconds: 299, warnings: [] })
  pass(25 * hour - 299_999)
  expect(health.report()).toMatchObject({
    status: 'ok',
    warnings: ['no traffic in 5m+', 'policy not reloaded in 24h+']
  })
  health.checked()
  health.policyFailed('local')
  expect(health.report()).toMatchObject({
    status: 'degraded',
    last_policy_load_at: '1970-01-01T00:00:00.000Z',
    warnings: [
      'policy not reloaded in 24h+',
      'policy reload failed: the policy before it is in force'
    ]
  })
  health.policyLoaded('local')
  expect(health.report()).toMatchObject({ status: 'ok', warnings: [] })
})

test('the members of a report are those of AgentGuard 1.0 in their order, and the digest behind them', () => {
  const { health } = open({ policyDigest: (tenant) => `digest of ${tenant}` })
  health.checked()
  expect(Object.keys(health.report())).toEqual([
    'status',
    'version',
    'tenant',
    'last_request_at',
    'last_policy_load_at',
    'uptime_seconds',
    'warnings',
    'policy_digest'
  ])
  expect(health.report().policy_digest).toBe('digest of local')
})

test('weakness 74: a probe is no traffic', () => {
  const { health, pass } = open()
  pass(400_000)
  for (let each = 0; each < 3; each++) {
    expect(health.report()).toMatchObject({ warnings: ['no traffic in 5m+'] })
    expect(health.report()).not.toHaveProperty('last_request_at')
  }
})

test('warnings have the words of AgentGuard 1.0, in its order, before ours', () => {
  const { health, pass } = open({
    audit: () => ({ status: 'failed' }),
    isStoreUp: () => false
  })
  pass(25 * hour)
  health.linesUnreadable('local', 2)
  health.linesUnreadable('local', 1)
  health.notificationDropped('local')
  health.policyFailed('local')
  health.clockJumped(-3_600_000)
  health.logChanged()
  expect(health.report().warnings).toEqual([
    'no traffic in 5m+',
    'policy not reloaded in 24h+',
    'audit: 3 corrupt line(s) skipped during queries',
    'notify: 1 notification(s) dropped (queue_full)',
    'policy reload failed: the policy before it is in force',
    'audit: the log cannot be written: every check is denied',
    'store: approvals and budgets cannot be kept',
    'audit: the log is not as it was left',
    'clock: jumped by -3600 s'
  ])
})

type Wrong = [reason: string, probes: HealthProbes, happen: (health: Health) => void]

const wrongs: Wrong[] = [
  ['policy_reload_failed', {}, (health) => health.policyFailed('local')],
  ['audit_failed', { audit: () => ({ status: 'failed' }) }, () => {}],
  ['audit_failed', { audit: () => ({ status: 'closed' }) }, () => {}],
  ['audit_log_changed', {}, (health) => health.logChanged()],
  ['store_failed', { isStoreUp: () => false }, () => {}],
  ['notifications_dropped', {}, (health) => health.notificationDropped('local')],
  ['clock_jumped', {}, (health) => health.clockJumped(60_000)]
]

test.each(wrongs)('weakness 74: %s degrades', (reason, probes, happen) => {
  const { health } = open(probes)
  happen(health)
  expect(health.report().status).toBe('degraded')
  const holding = Object.entries(health.degraded()).filter(([, holds]) => holds)
  expect(holding).toEqual([[reason, true]])
})

test('what happened once is over after an hour', () => {
  const { health, pass } = open()
  health.notificationDropped('local')
  health.clockJumped(60_000)
  pass(hour - 1)
  expect(health.report().status).toBe('degraded')
  pass(1)
  expect(health.report().status).toBe('ok')
})

test('weakness 46: a tenant hears of itself and of what is common, and of no other tenant', () => {
  const { health } = open()
  health.policyLoaded('acme')
  health.policyFailed('other')
  health.notificationDropped('other')
  health.linesUnreadable('other', 1)
  health.checked('other')
  expect(health.report('acme')).toMatchObject({ status: 'ok', tenant: 'acme', warnings: [] })
  expect(health.report('acme')).not.toHaveProperty('last_request_at')
  expect(health.degraded().policy_reload_failed).toBe(true)
  health.policyRemoved('other')
  expect(health.degraded().policy_reload_failed).toBe(false)
})

test('tenants that agents make up leave no trace', () => {
  const { health } = open()
  health.checked('made-up')
  health.notificationDropped('made-up')
  expect(health.report('made-up')).not.toHaveProperty('last_request_at')
  expect(health.report('made-up').warnings).toEqual([])
})

test('the server is ready when a policy is loaded and its parts work, until it stops', () => {
  let [isStoreUp, status]: [boolean, 'ok' | 'failed'] = [true, 'ok']
  const health = createHealth('1', () => 0, {
    audit: () => ({ status }),
    isStoreUp: () => isStoreUp
  })
  expect(health.readiness()).toEqual({ status: 'unready', reasons: ['no policy is loaded'] })
  health.policyLoaded('local')
  expect(health.readiness()).toEqual({ status: 'ready' })
  isStoreUp = false
  status = 'failed'
  expect(health.readiness()).toEqual({
    status: 'unready',
    reasons: [
      'audit: the log cannot be written: every check is denied',
      'store: approvals and budgets cannot be kept'
    ]
  })
  isStoreUp = true
  status = 'ok'
  health.policyFailed('local')
  expect(health.readiness()).toEqual({ status: 'ready' })
  health.stopping()
  expect(health.readiness()).toEqual({ status: 'unready', reasons: ['shutting down'] })
})
