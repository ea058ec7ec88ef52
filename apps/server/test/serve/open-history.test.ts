import type { AuditLog, AuditPage } from '@agentguard/audit'
import { expect, test } from 'vitest'
import { openHistory } from '../../src/serve/open-history.ts'
import { policyOf } from '../support/policy.ts'

const now = Date.UTC(2026, 10, 22, 12)
const hour = 3_600_000
const conditional = policyOf(`version: "1"
name: p
rules: [{ scope: shell, allow: [{ pattern: b, conditions: [{ require_prior: a, time_window: 1h }] }] }]
`)
const plain = policyOf(
  'version: "1"\nname: p\nrules: [{ scope: shell, allow: [{ pattern: b }] }]\n'
)

function entry(at: number): AuditPage['lines'][number] {
  return {
    timestamp: new Date(at).toISOString(),
    session_id: '',
    agent_id: 'bot',
    request: { scope: 'shell', command: 'a', agent_id: 'bot' },
    result: { decision: 'ALLOW', reason: '' },
    duration_ms: 0
  }
}

/** A log that answers searches, and remembers them. */
function logOf(answer: (filter: Parameters<AuditLog['query']>[0]) => AuditPage) {
  const asked: Parameters<AuditLog['query']>[0][] = []
  return {
    asked,
    async query(filter: Parameters<AuditLog['query']>[0]) {
      asked.push(filter)
      return answer(filter)
    }
  }
}

async function priorOf(
  policy: typeof plain,
  log: ReturnType<typeof logOf>,
  faults: unknown[] = []
) {
  const history = await openHistory(
    log,
    { usable: () => new Map([['local', policy]]) },
    { now: () => now, onUnknown: (error) => faults.push(error) }
  )
  return history.factsFor('local', 'bot', now).prior('a', hour, 'shell')
}

test('policies without conditions cost no search, and what was before is unknown', async () => {
  const log = logOf(() => ({ lines: [], unreadable: 0 }))
  expect(await priorOf(plain, log)).toBe('unknown')
  expect(log.asked).toEqual([])
})

test('the log is read as far back as the conditions look', async () => {
  const log = logOf(({ offset } = {}) => ({
    lines: offset ? [] : [entry(now - 1000)],
    unreadable: 0
  }))
  expect(await priorOf(conditional, log)).toBe('yes')
  expect(log.asked.map((filter) => filter?.since)).toEqual([
    new Date(now - hour).toISOString(),
    new Date(now - hour).toISOString()
  ])
})

test('weakness 41: and no further than the bound: what is older is unknown, not absent', async () => {
  const log = logOf(({ offset } = {}) => ({
    lines: offset ? [entry(now - 1000)] : [],
    unreadable: 0
  }))
  expect(await priorOf(conditional, log)).toBe('unknown')
  expect(log.asked[0]).toMatchObject({ offset: 100_000, order: 'desc', limit: 1 })
  expect(log.asked[1]).toMatchObject({ since: new Date(now - 999).toISOString() })
})

test('a log that cannot be read leaves the past unknown, and the server starts', async () => {
  const faults: unknown[] = []
  const log = logOf(({ offset } = {}) => ({ lines: [], unreadable: offset ? 0 : 1 }))
  expect(await priorOf(conditional, log, faults)).toBe('unknown')
  expect(faults).toHaveLength(1)
})
