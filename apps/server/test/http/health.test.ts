import { expect, test } from 'vitest'
import { createHealth } from '../../src/http/health.ts'

test('health warns of silence, of an old policy and of a broken file, which alone degrades', () => {
  let now = 0
  const health = createHealth('1.2.3', () => now)
  health.policyLoaded('local')
  now = 299_999
  expect(health.report()).toMatchObject({ status: 'ok', uptime_seconds: 299, warnings: [] })
  now = 25 * 3_600_000
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
