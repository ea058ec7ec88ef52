import { DatabaseSync } from 'node:sqlite'
import type { Approval } from '@agentguard/protocol'
import { expect, test } from 'vitest'
import { adoptApprovals, sqliteApprovals } from '../src/drivers/sqlite.ts'
import { actionDigest } from '../src/index.ts'

const now = Date.UTC(2026, 10, 22, 12)
const minute = 60_000
const options = { now, expiresMs: 60 * minute, validityMs: 5 * minute }
const request = { schema_version: 'v1', scope: 'shell', command: 'git push', agent_id: 'bot' }
const result = { decision: 'REQUIRE_APPROVAL', reason: 'why' } as const
const digest = actionDigest(request, undefined)

function approval(id: string, more: Partial<Approval> = {}): Approval {
  const created_at = '2026-11-10T00:00:00.5Z'
  const pending = { resolved: false, resolved_at: '0001-01-01T00:00:00Z' }
  return { id, request, result, created_at, ...pending, ...more }
}

function answered(id: string, decision: 'ALLOW' | 'DENY', at: number): Approval {
  return approval(id, { resolved: true, decision, resolved_at: new Date(at).toISOString() })
}

function open(adopted: readonly Approval[]) {
  const database = new DatabaseSync(':memory:')
  const count = adoptApprovals(database, adopted, options)
  return { database, count, approvals: sqliteApprovals({ database, now: () => now }) }
}

test('a pending one goes on waiting, for as long as a new one would', async () => {
  const { approvals } = open([approval('ap_1')])
  const [group] = await approvals.pending('local')
  expect(group?.approval).toMatchObject({ id: 'ap_1', digest, expires_at: '2026-11-22T13:00:00Z' })
  const answer = await approvals.resolve('local', 'ap_1', { decision: 'ALLOW' })
  expect(answer.ok).toBe(true)
})

test('an answer counts from when it was given, and is used once', async () => {
  const { approvals } = open([answered('ap_1', 'ALLOW', now - minute)])
  expect(await approvals.consume('local', 'ap_1', digest)).toMatchObject({ consumed: true })
  expect(await approvals.consume('local', 'ap_1', digest)).toMatchObject({ reason: 'consumed' })
})

test('an answer whose time is over is not revived', async () => {
  const { approvals } = open([answered('ap_1', 'ALLOW', now - 6 * minute)])
  expect(await approvals.status('local', 'ap_1')).toMatchObject({ decision: 'DENY', expired: true })
  expect(await approvals.consume('local', 'ap_1', digest)).toMatchObject({ consumed: false })
})

test('one that was used stays used', async () => {
  const used = { ...answered('ap_1', 'ALLOW', now - minute), consumed_at: '2026-11-22T11:59:30Z' }
  const { approvals } = open([used])
  expect(await approvals.consume('local', 'ap_1', digest)).toMatchObject({ reason: 'consumed' })
})

test('an action that differs in meta, which version 1.0 did not compare, is another action', async () => {
  const { approvals } = open([answered('ap_1', 'ALLOW', now - minute)])
  const other = actionDigest({ ...request, meta: { arg_path: '/etc/shadow' } }, undefined)
  expect(await approvals.consume('local', 'ap_1', other)).toMatchObject({
    reason: 'digest_mismatch'
  })
})

test('taking the same in again changes nothing, and tenants stay apart', async () => {
  const { database, count, approvals } = open([
    approval('ap_1'),
    approval('ap_1', { tenant_id: 'acme' })
  ])
  expect(count).toBe(2)
  await approvals.resolve('local', 'ap_1', { decision: 'DENY' })
  expect(adoptApprovals(database, [approval('ap_1')], options)).toBe(0)
  expect(await approvals.status('local', 'ap_1')).toMatchObject({ decision: 'DENY' })
  expect(await approvals.status('acme', 'ap_1')).toMatchObject({ status: 'pending' })
})
