import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ActionRequest, Approval } from '@agentguard/protocol'
import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sqliteApprovals } from '../src/drivers/sqlite.ts'
import { type Approvals, type Ask, actionDigest, memoryApprovals } from '../src/index.ts'
import { ask, Clock } from './ask.ts'

const minute = 60_000
const folder = mkdtempSync(join(tmpdir(), 'approvals-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is known to be wrong with version 1.0, by the numbers of the list that we keep of it. */
describe('weaknesses of version 1.0', () => {
  let clock: Clock
  let approvals: Approvals

  beforeEach(() => {
    clock = new Clock()
    approvals = memoryApprovals({ now: clock.now })
  })

  async function opened(of: Ask): Promise<Approval> {
    const answer = await approvals.open(of)
    if (!answer.ok) throw new Error('refused')
    return answer.approval
  }

  async function approvedFor(request: ActionRequest): Promise<Approval> {
    const approval = await opened({ ...ask(''), request })
    await approvals.resolve('local', approval.id, { decision: 'ALLOW' })
    return approval
  }

  // 11
  test.each<[string, ActionRequest, Partial<ActionRequest>]>([
    [
      'the arguments of a tool',
      { scope: 'mcp_tool', command: 'fs:delete_file', meta: { arg_path: 'a.txt' } },
      { meta: { arg_path: '/etc/shadow' } }
    ],
    ['the cost', { scope: 'cost', est_cost: 3.5 }, { est_cost: 99_999 }],
    ['the session', { scope: 'shell', command: 'ls', session_id: 'a' }, { session_id: 'b' }]
  ])('11: %s are bound', async (_, request, other) => {
    const { id } = await approvedFor(request)
    const replayed = actionDigest({ ...request, ...other, approval_id: id })
    expect(await approvals.consume('local', id, replayed)).toEqual({
      consumed: false,
      reason: 'digest_mismatch'
    })
    const same = actionDigest({ ...request, approval_id: id })
    expect((await approvals.consume('local', id, same)).consumed).toBe(true)
  })

  test('11: consuming is one step, so that a budget can be reserved before and given back', async () => {
    const { id, digest = '' } = await approvedFor({ scope: 'cost', est_cost: 3.5 })
    let reserved = 0
    const spend = async (): Promise<boolean> => {
      reserved += 3.5
      const { consumed } = await approvals.consume('local', id, digest)
      if (!consumed) reserved -= 3.5
      return consumed
    }
    const spent = await Promise.all([spend(), spend(), spend()])
    expect(spent.filter(Boolean)).toHaveLength(1)
    expect(reserved).toBe(3.5)
  })

  test('12: who answers sees all that the answer is bound to', async () => {
    const request = {
      schema_version: 'v1',
      scope: 'mcp_tool',
      command: 'fs:write',
      session_id: 's',
      est_cost: 1,
      url: 'https://x.example/',
      meta: { arg_path: '/etc/shadow' },
      actions: [{ scope: 'filesystem', path: '/etc/shadow' }]
    }
    const context = { cwd: '/work' }
    await opened({ ...ask(''), request, context })
    const [group] = await approvals.pending('local')
    expect(group?.approval).toMatchObject({
      request,
      context,
      result: { reason: 'Matches approval rule in shell scope' },
      digest: actionDigest(request, context)
    })
  })

  test('13: every answer is told, with who gave it, and can be read afterwards', async () => {
    const told: unknown[] = []
    approvals = memoryApprovals({
      onChange: ({ from, to, approval }) => told.push([from, to, approval])
    })
    const { id } = await opened(ask('ls'))
    await approvals.resolve('local', id, {
      decision: 'DENY',
      by: 'ann',
      via: 'session',
      from: '192.0.2.7',
      comment: 'no'
    })
    const approval = await approvals.get('local', id)
    expect(approval).toMatchObject({
      resolved_by: 'ann',
      resolved_via: 'session',
      resolved_from: '192.0.2.7',
      comment: 'no'
    })
    expect(told.at(-1)).toEqual(['pending', 'denied', approval])
  })

  test('14: looking does not consume, and a yes that nobody used ends with its time', async () => {
    const { id, digest = '' } = await approvedFor({ scope: 'shell', command: 'ls' })
    for (let i = 0; i < 3; i++) {
      expect((await approvals.status('local', id))?.decision).toBe('ALLOW')
    }
    clock.at += 5 * minute
    expect((await approvals.status('local', id))?.decision).toBe('DENY')
    expect((await approvals.consume('local', id, digest)).consumed).toBe(false)
  })

  test('15: finding an approval does not use it, so that the policy can be asked in between', async () => {
    const { id, digest = '' } = await approvedFor({ scope: 'shell', command: 'ls' })
    expect(await approvals.lookup('local', { id, digest })).toMatchObject({ stage: 'approved' })
    // The policy says DENY now: the approval is left as it is.
    expect((await approvals.status('local', id))?.consumed).toBeUndefined()
  })

  test('16: a call of several actions needs one approval, and replays under one digest', async () => {
    const call: ActionRequest = {
      scope: 'mcp_tool',
      command: 'fs:write',
      meta: { tool_call_id: '1' },
      actions: [{ scope: 'filesystem', action: 'write', path: '/tmp/a' }]
    }
    const { id } = await approvedFor(call)
    const replay = { ...call, approval_id: id, meta: { tool_call_id: '2', approval_id: id } }
    expect((await approvals.consume('local', id, actionDigest(replay))).consumed).toBe(true)
  })

  test('17: nobody answers after the time', async () => {
    const { id } = await opened(ask('ls'))
    clock.at += 7 * 24 * 60 * minute
    expect(await approvals.resolve('local', id, { decision: 'ALLOW' })).toMatchObject({
      ok: false,
      reason: 'expired'
    })
  })

  test('18: an agent that asks again and again shows up once', async () => {
    for (let i = 0; i < 50; i++) await opened(ask('ls'))
    const groups = await approvals.pending('local')
    expect(groups).toHaveLength(1)
    expect(groups[0]?.ids).toHaveLength(50)
  })

  test('19: what still counts is never dropped to make room', async () => {
    approvals = memoryApprovals({ now: clock.now, limits: { maxKeptPerTenant: 20 } })
    const yes = await approvedFor({ scope: 'shell', command: 'yes' })
    const no = await opened(ask('no'))
    await approvals.resolve('local', no.id, { decision: 'DENY' })
    for (let i = 0; i < 100; i++) {
      const { id, digest = '' } = await approvedFor({ scope: 'shell', command: `${i}` })
      await approvals.consume('local', id, digest)
    }
    expect((await approvals.status('local', yes.id))?.decision).toBe('ALLOW')
    expect((await approvals.consume('local', yes.id, yes.digest ?? '')).consumed).toBe(true)
    expect(await approvals.lookup('local', { digest: no.digest ?? '' })).toMatchObject({
      stage: 'denied'
    })
  })

  test('20: who follows a link finds what to decide by its id', async () => {
    const { id } = await opened(ask('ls', { tenant: 'acme' }))
    expect(await approvals.get('acme', id)).toMatchObject({ id, tenant_id: 'acme' })
  })

  test('21: a denied action is found by what it is, also by who does not name the approval', async () => {
    const { id, digest = '' } = await opened(ask('ls'))
    await approvals.resolve('local', id, { decision: 'DENY' })
    expect(await approvals.lookup('local', { digest })).toMatchObject({ stage: 'denied' })
  })

  test('22: a poller can tell used and expired from answered', async () => {
    const used = await approvedFor({ scope: 'shell', command: 'a' })
    await approvals.consume('local', used.id, used.digest ?? '')
    const old = await opened(ask('b', { expiresMs: 1 }))
    clock.at += 1
    expect(await approvals.status('local', used.id)).toMatchObject({ consumed: true })
    expect(await approvals.status('local', old.id)).toMatchObject({ expired: true })
  })

  test('22: what a reader holds does not change under its hands', async () => {
    const before = await opened(ask('ls'))
    await approvals.resolve('local', before.id, { decision: 'ALLOW' })
    expect(before.resolved).toBe(false)
    expect(Object.isFrozen(before) && Object.isFrozen(before.request)).toBe(true)
  })

  test('37: a flood fills the flooder’s share only, and not for ever', async () => {
    let refused = 0
    for (let i = 0; i < 10_000; i++) {
      const flood = ask(`${i}`, { tenant: 'flooded', agent: `${i}`, source: '192.0.2.66' })
      if (!(await approvals.open(flood)).ok) refused++
    }
    expect(refused).toBe(10_000 - 250)
    await opened(ask('ls', { tenant: 'flooded', source: '192.0.2.1' }))
    await opened(ask('ls'))
    clock.at += 60 * minute
    await opened(ask('ls', { tenant: 'flooded', source: '192.0.2.66' }))
  })

  test('37: large ones fill an agent’s share sooner', async () => {
    let taken = 0
    for (let i = 0; i < 20; i++) {
      if ((await approvals.open(ask('x'.repeat(1_000_000)))).ok) taken++
    }
    expect(taken).toBe(8)
    await opened(ask('ls', { agent: 'other' }))
  })

  test('49: no two names meet in one key, however they are spelt', async () => {
    const name = fc.constantFrom(
      'a',
      'b',
      'a:b',
      'b:a',
      ':',
      'local',
      '\u0000',
      '__proto__',
      "';--"
    )
    await fc.assert(
      fc.asyncProperty(name, name, name, name, async (tenant, agent, otherTenant, otherAgent) => {
        fc.pre(tenant !== otherTenant || agent !== otherAgent)
        const limits = { maxPendingPerAgent: 1 }
        const database = new DatabaseSync(':memory:')
        for (const each of [memoryApprovals({ limits }), sqliteApprovals({ database, limits })]) {
          const first = await each.open(ask('ls', { tenant, agent }))
          expect(first.ok).toBe(true)
          expect((await each.open(ask('ls', { tenant, agent }))).ok).toBe(false)
          const other = await each.open(ask('ls', { tenant: otherTenant, agent: otherAgent }))
          expect(other.ok).toBe(true)
          const { id = '' } = first.ok ? first.approval : {}
          const seen = await each.get(otherTenant, id)
          expect(seen !== undefined).toBe(tenant === otherTenant)
        }
        database.close()
      }),
      { numRuns: 50 }
    )
  })

  test('61: what is forgotten stays forgotten', async () => {
    const file = join(folder, '61.db')
    const open = (): [Approvals, DatabaseSync] => {
      const database = new DatabaseSync(file)
      return [sqliteApprovals({ database, now: clock.now }), database]
    }
    const [one] = open()
    const [two] = open()
    approvals = one
    const { id } = await opened(ask('ls'))
    expect(await two.get('local', id)).toBeDefined()
    clock.at += 60 * minute
    await two.expire()
    clock.at += 24 * 60 * minute + 1
    await one.expire()
    for (const each of [one, two]) {
      await each.expire()
      expect(await each.get('local', id)).toBeUndefined()
    }
    const [, later] = open()
    expect(later.prepare('select count(*) as n from approval_records').get()?.['n']).toBe(0)
  })

  test('65: what was answered is in the file before the answer', async () => {
    const file = join(folder, '65.db')
    const reader = new DatabaseSync(file)
    approvals = sqliteApprovals({ database: new DatabaseSync(file) })
    const stage = (id: string): unknown =>
      reader.prepare('select stage from approval_records where id = ?').get(id)?.['stage']
    const { id, digest = '' } = await opened(ask('ls'))
    expect(stage(id)).toBe('pending')
    await approvals.resolve('local', id, { decision: 'ALLOW' })
    expect(stage(id)).toBe('approved')
    await approvals.consume('local', id, digest)
    expect(stage(id)).toBe('consumed')
  })
})
