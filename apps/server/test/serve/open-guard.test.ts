import { expect, onTestFinished, test, vi } from 'vitest'
import { guardOver } from '../support/guard-over.ts'
import { openParts } from '../support/parts.ts'
import { policyOf } from '../support/policy.ts'

const policy = policyOf(`version: "1"
name: p
rules:
  - scope: shell
    rate_limit: { max_requests: 2, window: 1h }
    allow: [{ pattern: ls }]
`)

async function open() {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const { audit } = await openParts()
  const { guard } = await guardOver(audit, policy)
  const ask = async () => {
    const { decision, matched_rule } = await guard.check({ scope: 'shell', command: 'ls' })
    return decision === 'ALLOW' ? decision : matched_rule
  }
  return { ask }
}

const hour = 3_600_000

test('a clock that jumped ahead gave a whole rate limit anew', async () => {
  const { ask } = await open()
  expect([await ask(), await ask(), await ask()]).toEqual([
    'ALLOW',
    'ALLOW',
    'deny:ratelimit:shell'
  ])
  vi.setSystemTime(Date.now() + 2 * hour)
  expect(await ask()).toBe('deny:ratelimit:shell')
  vi.advanceTimersByTime(hour)
  expect(await ask()).toBe('ALLOW')
})

test('a clock that was far ahead and is right again held up everybody until it had caught up', async () => {
  const { ask } = await open()
  const now = Date.now()
  vi.setSystemTime(now + 24 * hour)
  expect([await ask(), await ask()]).toEqual(['ALLOW', 'ALLOW'])
  vi.setSystemTime(now)
  vi.advanceTimersByTime(hour)
  expect([await ask(), await ask()]).toEqual(['ALLOW', 'ALLOW'])
})
