import { setTimeout as sleep } from 'node:timers/promises'
import type { Approval } from '@agentguard/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ApprovalChange,
  type Approvals,
  type ApprovalsOptions,
  type Ask,
  actionDigest,
  stageOf
} from '../src/index.ts'
import { ask, Clock } from './ask.ts'

const minute = 60_000
const zero = '0001-01-01T00:00:00Z'

/** What every driver of {@link Approvals} promises. */
export function approvalsContract(
  name: string,
  create: (options: ApprovalsOptions) => Approvals
): void {
  describe(`approvals in ${name}`, () => {
    let clock: Clock
    let approvals: Approvals
    let changes: ApprovalChange[]
    const made: Approvals[] = []

    function make(options: ApprovalsOptions = {}): Approvals {
      const created = create({
        now: clock.now,
        tickMs: 5,
        onChange: (change) => changes.push(change),
        ...options
      })
      made.push(created)
      return created
    }

    async function opened(of: Ask): Promise<Approval & { digest: string }> {
      const answer = await approvals.open(of)
      if (!answer.ok) throw new Error(`refused: ${answer.quota}`)
      return answer.approval as Approval & { digest: string }
    }

    async function approved(of: Ask): Promise<Approval & { digest: string }> {
      const approval = await opened(of)
      const answer = await approvals.resolve(of.tenant, approval.id, { decision: 'ALLOW' })
      expect(answer.ok).toBe(true)
      return approval
    }

    beforeEach(() => {
      clock = new Clock()
      changes = []
      approvals = make()
    })
    afterEach(async () => {
      for (const each of made.splice(0)) await each.close()
    })

    describe('a life', () => {
      test('a new approval is pending, and looks as the wire has it', async () => {
        const approval = await opened(ask('ls'))
        expect(approval).toEqual({
          id: expect.stringMatching(/^ap_[0-9a-f]{32}$/),
          request: { scope: 'shell', command: 'ls', agent_id: 'agent', schema_version: 'v1' },
          result: ask('ls').result,
          created_at: '2026-11-22T07:00:00Z',
          resolved: false,
          resolved_at: zero,
          expires_at: '2026-11-22T08:00:00Z',
          digest: actionDigest(ask('ls').request)
        })
        expect(await approvals.get('local', approval.id)).toEqual(approval)
        expect(await approvals.status('local', approval.id)).toEqual({
          id: approval.id,
          status: 'pending'
        })
      })

      test('the stored verdict has neither a version, nor an approval, nor a link', async () => {
        const { result } = ask('ls')
        const approval = await opened({
          ...ask('ls'),
          result: { ...result, schema_version: 'v1', approval_id: 'x', approval_url: 'y' }
        })
        expect(approval.result).toEqual(result)
      })

      test('approved, it is consumed once', async () => {
        const { id, digest } = await opened(ask('ls'))
        clock.at += 1500
        const resolved = await approvals.resolve('local', id, {
          decision: 'ALLOW',
          by: 'ann',
          via: 'session',
          from: '192.0.2.1',
          comment: 'go on'
        })
        expect(resolved).toMatchObject({
          ok: true,
          approval: {
            resolved: true,
            decision: 'ALLOW',
            resolved_at: '2026-11-22T07:00:01.5Z',
            resolved_via: 'session',
            resolved_from: '192.0.2.1',
            resolved_by: 'ann',
            comment: 'go on',
            valid_until: '2026-11-22T07:05:01.5Z'
          }
        })
        expect(await approvals.status('local', id)).toEqual({
          decision: 'ALLOW',
          id,
          status: 'resolved'
        })
        expect(await approvals.consume('local', id, digest)).toMatchObject({
          consumed: true,
          approval: { id, consumed_at: '2026-11-22T07:00:01.5Z' }
        })
        expect(await approvals.consume('local', id, digest)).toEqual({
          consumed: false,
          reason: 'consumed'
        })
        expect(await approvals.status('local', id)).toEqual({
          consumed: true,
          decision: 'ALLOW',
          id,
          status: 'resolved'
        })
        expect(changes.map(({ from, to }) => [from, to])).toEqual([
          [undefined, 'pending'],
          ['pending', 'approved'],
          ['approved', 'consumed']
        ])
      })

      test('denied, it is never consumed', async () => {
        const { id, digest } = await opened(ask('ls'))
        await approvals.resolve('local', id, { decision: 'DENY' })
        const refused = { consumed: false, reason: 'denied' }
        expect(await approvals.consume('local', id, digest)).toEqual(refused)
        expect(await approvals.lookup('local', { id, digest })).toMatchObject({
          found: true,
          stage: 'denied'
        })
      })

      test('pending, it is not consumed', async () => {
        const { id, digest } = await opened(ask('ls'))
        expect(await approvals.consume('local', id, digest)).toEqual({
          consumed: false,
          reason: 'pending'
        })
      })

      test('an answer stands: the same again changes nothing, the opposite is refused', async () => {
        const { id } = await approved(ask('ls'))
        const before = await approvals.get('local', id)
        changes.length = 0
        clock.at += 1000
        const again = await approvals.resolve('local', id, { decision: 'ALLOW', by: 'bob' })
        expect(again).toEqual({ ok: true, approval: before, changed: [] })
        const opposite = await approvals.resolve('local', id, { decision: 'DENY' })
        expect(opposite).toEqual({ ok: false, reason: 'already_resolved', approval: before })
        expect(await approvals.get('local', id)).toEqual(before)
        expect(changes).toEqual([])
      })

      test('nobody answers one that does not exist', async () => {
        const none = { ok: false, reason: 'not_found' }
        expect(await approvals.resolve('local', 'ap_x', { decision: 'ALLOW' })).toEqual(none)
        expect(await approvals.get('local', 'ap_x')).toBeUndefined()
        expect(await approvals.status('local', 'ap_x')).toBeUndefined()
        expect(await approvals.wait('local', 'ap_x')).toBeUndefined()
        const refused = { consumed: false, reason: 'not_found' }
        expect(await approvals.consume('local', 'ap_x', '')).toEqual(refused)
      })

      test('what is returned cannot change what is kept', async () => {
        const asked = ask('ls', {})
        const { id, request } = await opened(asked)
        Object.assign(asked.request, { command: 'rm' })
        expect(() => Object.assign(request, { command: 'rm' })).toThrow(TypeError)
        expect((await approvals.get('local', id))?.request.command).toBe('ls')
      })

      test('every name in `meta` is data', async () => {
        const meta = JSON.parse('{"__proto__":"a","constructor":"b"}')
        const request = { scope: 'mcp_tool', meta }
        const { id } = await opened({ ...ask(''), request })
        const kept = (await approvals.get('local', id))?.request
        expect(Object.entries(kept?.meta ?? {})).toEqual(Object.entries(meta))
        expect(kept?.meta?.['toString']).toBeUndefined()
        expect(kept && actionDigest(kept)).toBe(actionDigest(request))
      })
    })

    describe('time', () => {
      test('a pending one is over after an hour: pollers see DENY', async () => {
        const { id, digest } = await opened(ask('ls'))
        clock.at += 60 * minute - 1
        expect((await approvals.status('local', id))?.status).toBe('pending')
        clock.at += 1
        expect(await approvals.status('local', id)).toEqual({
          decision: 'DENY',
          expired: true,
          id,
          status: 'resolved'
        })
        expect(await approvals.get('local', id)).toMatchObject({
          resolved: true,
          decision: 'DENY',
          resolved_at: '2026-11-22T08:00:00Z',
          expired: true
        })
        expect(await approvals.resolve('local', id, { decision: 'ALLOW' })).toMatchObject({
          ok: false,
          reason: 'expired'
        })
        const refused = { consumed: false, reason: 'expired' }
        expect(await approvals.consume('local', id, digest)).toEqual(refused)
      })

      test('an ask may say how long it waits', async () => {
        const { id } = await opened(ask('ls', { expiresMs: minute }))
        clock.at += minute
        expect((await approvals.status('local', id))?.expired).toBe(true)
      })

      test('a yes counts for five minutes from when it was given', async () => {
        const { id, digest } = await opened(ask('ls'))
        clock.at += 50 * minute
        await approvals.resolve('local', id, { decision: 'ALLOW' })
        clock.at += 5 * minute - 1
        expect((await approvals.status('local', id))?.decision).toBe('ALLOW')
        clock.at += 1
        const refused = { consumed: false, reason: 'expired' }
        expect(await approvals.consume('local', id, digest)).toEqual(refused)
        expect(await approvals.status('local', id)).toMatchObject({
          decision: 'DENY',
          expired: true
        })
        expect((await approvals.get('local', id))?.decision).toBe('ALLOW')
      })

      test('with a validity of 0 an answer counts for ever', async () => {
        approvals = make({ validityMs: 0 })
        const { id, digest } = await approved(ask('ls'))
        clock.at += 1000 * 24 * 60 * minute
        await approvals.expire()
        expect((await approvals.consume('local', id, digest)).consumed).toBe(true)
      })

      test('`expire` tells what ended, and forgets what ended long ago', async () => {
        const { id } = await opened(ask('ls', { expiresMs: minute }))
        const other = await opened(ask('pwd'))
        clock.at += minute
        expect((await approvals.expire()).map((approval) => approval.id)).toEqual([id])
        expect(await approvals.expire()).toEqual([])
        clock.at += 24 * 60 * minute
        await approvals.expire()
        expect(await approvals.get('local', id)).toBeDefined()
        clock.at += 1
        await approvals.expire()
        expect(await approvals.get('local', id)).toBeUndefined()
        expect((await approvals.get('local', other.id))?.expired).toBe(true)
      })

      test('what was seen as expired stays so when the clock is set back', async () => {
        const pending = await opened(ask('ls'))
        clock.at += 30 * minute
        const yes = await approved(ask('pwd'))
        clock.at += 30 * minute
        // Any operation sees the time, also one on something else.
        await approvals.countPending()
        clock.at -= 30 * minute
        expect((await approvals.status('local', pending.id))?.expired).toBe(true)
        expect(await approvals.consume('local', yes.id, yes.digest)).toMatchObject({
          reason: 'expired'
        })
      })

      test('a clock that is set back prolongs nothing', async () => {
        const pending = await opened(ask('ls'))
        const yes = await approved(ask('pwd'))
        clock.at -= minute
        expect((await approvals.status('local', pending.id))?.expired).toBe(true)
        expect(await approvals.consume('local', yes.id, yes.digest)).toMatchObject({
          reason: 'expired'
        })
      })

      test('clocks that differ by a little do no harm', async () => {
        const { id, digest } = await opened(ask('ls'))
        clock.at -= 4000
        await approvals.resolve('local', id, { decision: 'ALLOW' })
        const consumed = await approvals.consume('local', id, digest)
        expect(consumed).toMatchObject({
          consumed: true,
          approval: { resolved_at: '2026-11-22T07:00:00Z', consumed_at: '2026-11-22T07:00:00Z' }
        })
      })
    })

    describe('what it is bound to', () => {
      test('an approval of one action is no approval of another', async () => {
        const { id } = await approved(ask('rm a'))
        const digest = actionDigest(ask('rm b').request)
        const mismatch = { reason: 'digest_mismatch' }
        expect(await approvals.lookup('local', { id, digest })).toMatchObject(mismatch)
        expect(await approvals.consume('local', id, digest)).toMatchObject(mismatch)
        expect(stageOf((await approvals.get('local', id)) as Approval)).toBe('approved')
      })

      test('the context is bound, and shown', async () => {
        const context = { cwd: '/work', shell: 'bash' }
        const { id, digest, ...approval } = await approved(ask('ls', { context }))
        expect(approval.context).toEqual(context)
        const elsewhere = actionDigest(ask('ls').request, { ...context, cwd: '/' })
        expect((await approvals.consume('local', id, elsewhere)).consumed).toBe(false)
        const there = actionDigest(ask('ls').request, { shell: 'bash', cwd: '/work' })
        expect(there).toBe(digest)
        expect((await approvals.consume('local', id, there)).consumed).toBe(true)
      })

      test('another tenant neither finds nor answers nor uses it', async () => {
        const { id, digest } = await approved(ask('ls', { tenant: 'acme' }))
        const none = { reason: 'not_found' }
        expect(await approvals.lookup('local', { id, digest })).toMatchObject(none)
        expect(await approvals.lookup('local', { digest })).toMatchObject(none)
        expect(await approvals.consume('local', id, digest)).toMatchObject(none)
        expect(await approvals.resolve('local', id, { decision: 'DENY' })).toMatchObject(none)
        expect(await approvals.get('acme', id)).toMatchObject({ tenant_id: 'acme' })
      })
    })

    describe('several asks of one action', () => {
      test('are shown as one, oldest first, and decided together', async () => {
        const first = await opened(ask('ls'))
        const other = await opened(ask('pwd'))
        const second = await opened(ask('ls'))
        expect(await approvals.pending('local')).toEqual([
          { approval: first, ids: [first.id, second.id] },
          { approval: other, ids: [other.id] }
        ])
        const resolved = await approvals.resolve('local', second.id, { decision: 'ALLOW' })
        expect(resolved.ok && resolved.changed.map(({ id }) => id)).toEqual([second.id, first.id])
        expect((await approvals.pending('local')).map(({ ids }) => ids)).toEqual([[other.id]])
      })

      test('but each execution needs its own approval', async () => {
        const first = await opened(ask('ls'))
        const second = await opened(ask('ls'))
        await approvals.resolve('local', first.id, { decision: 'ALLOW' })
        const { digest } = first
        expect((await approvals.consume('local', first.id, digest)).consumed).toBe(true)
        expect((await approvals.consume('local', first.id, digest)).consumed).toBe(false)
        expect((await approvals.consume('local', second.id, digest)).consumed).toBe(true)
        const third = await opened(ask('ls'))
        expect(stageOf(third)).toBe('pending')
      })

      test('an answer may be for those only that the person has seen', async () => {
        const first = await opened(ask('ls'))
        const second = await opened(ask('ls'))
        const unseen = await opened(ask('ls'))
        await approvals.resolve('local', first.id, {
          decision: 'ALLOW',
          only: [first.id, second.id]
        })
        expect((await approvals.status('local', second.id))?.decision).toBe('ALLOW')
        expect((await approvals.status('local', unseen.id))?.status).toBe('pending')
      })

      test('a caller that reuses approvals finds the pending one, and consumes it once', async () => {
        const first = await approvals.open(ask('ls', { reuse: true }))
        const again = await approvals.open(ask('ls', { reuse: true }))
        expect(first).toMatchObject({ ok: true, opened: true })
        expect(again).toMatchObject({ ok: true, opened: false })
        const { id, digest = '' } = (again as { approval: Approval }).approval
        expect(await approvals.lookup('local', { digest })).toMatchObject({ stage: 'pending' })
        await approvals.resolve('local', id, { decision: 'ALLOW' })
        const found = await approvals.lookup('local', { digest })
        expect(found).toMatchObject({ found: true, stage: 'approved', approval: { id } })
        expect((await approvals.consume('local', id, digest)).consumed).toBe(true)
        expect(await approvals.lookup('local', { digest })).toMatchObject({ found: false })
        const anew = await approvals.open(ask('ls', { reuse: true }))
        expect(anew).toMatchObject({ ok: true, opened: true })
      })

      test('an approved one is found before a pending one, and that before a denied one', async () => {
        const denied = await opened(ask('ls'))
        await approvals.resolve('local', denied.id, { decision: 'DENY' })
        const { digest } = denied
        expect(await approvals.lookup('local', { digest })).toMatchObject({ stage: 'denied' })
        const yes = await opened(ask('ls'))
        expect(await approvals.lookup('local', { digest })).toMatchObject({ stage: 'pending' })
        const waiting = await opened(ask('ls'))
        await approvals.resolve('local', yes.id, { decision: 'ALLOW', only: [] })
        expect(await approvals.lookup('local', { digest })).toMatchObject({ stage: 'approved' })
        await approvals.consume('local', yes.id, digest)
        expect(await approvals.lookup('local', { digest })).toMatchObject({
          approval: { id: waiting.id }
        })
      })
    })

    describe('who may answer', () => {
      const allow = { decision: 'ALLOW' } as const

      test('where approvers are named, only they, by name or by role', async () => {
        const { id } = await opened(ask('ls', { approvers: ['maintainers', 'ann'] }))
        const refused = { ok: false, reason: 'not_an_approver' }
        const answers = [{}, { by: 'bob' }, { by: 'bob', roles: ['viewers'] }]
        for (const voter of answers) {
          expect(await approvals.resolve('local', id, { ...allow, ...voter })).toMatchObject(
            refused
          )
        }
        expect(await approvals.resolve('local', id, { decision: 'DENY', by: 'bob' })).toMatchObject(
          refused
        )
        const role = { by: 'bob', roles: ['viewers', 'maintainers'] }
        expect(await approvals.resolve('local', id, { ...allow, ...role })).toMatchObject({
          ok: true
        })
        const other = await opened(ask('pwd', { approvers: ['ann'] }))
        expect(await approvals.resolve('local', other.id, { ...allow, by: 'ann' })).toMatchObject({
          ok: true
        })
      })

      test('who asked may not approve, and may take it back', async () => {
        const { id } = await opened(ask('ls', { requestedBy: 'key-7', approvers: ['admins'] }))
        expect(
          await approvals.resolve('local', id, { ...allow, by: 'key-7', roles: ['admins'] })
        ).toMatchObject({ reason: 'self_approval' })
        expect(await approvals.resolve('local', id, { ...allow, roles: ['admins'] })).toMatchObject(
          { reason: 'identity_required' }
        )
        expect(
          await approvals.resolve('local', id, { decision: 'DENY', by: 'key-7' })
        ).toMatchObject({ ok: true, approval: { decision: 'DENY' } })
      })

      test('a name in another case is no other person: it cannot approve its own, nor agree with itself', async () => {
        const own = await opened(ask('ls', { requestedBy: 'ann' }))
        expect(await approvals.resolve('local', own.id, { ...allow, by: 'Ann' })).toMatchObject({
          reason: 'self_approval'
        })
        const both = await opened(ask('pwd', { quorum: 2 }))
        for (const by of ['ben', 'Ben', 'BEN'])
          await approvals.resolve('local', both.id, { ...allow, by })
        expect(await approvals.get('local', both.id)).toMatchObject({ resolved: false })
      })

      test('of two people who have to agree, one is not enough, and one twice is not two', async () => {
        const { id, digest } = await opened(ask('ls', { quorum: 2 }))
        expect(await approvals.resolve('local', id, allow)).toMatchObject({
          reason: 'identity_required'
        })
        const ann = { ...allow, by: 'ann', comment: 'fine' }
        const first = await approvals.resolve('local', id, ann)
        expect(first).toMatchObject({ ok: true, approval: { resolved: false } })
        expect(await approvals.resolve('local', id, ann)).toMatchObject({ ok: true, changed: [] })
        expect((await approvals.consume('local', id, digest)).consumed).toBe(false)
        const second = await approvals.resolve('local', id, { ...allow, by: 'bob' })
        expect(second).toMatchObject({
          ok: true,
          approval: {
            resolved: true,
            decision: 'ALLOW',
            resolved_by: 'bob',
            votes: [
              { decision: 'ALLOW', by: 'ann', comment: 'fine' },
              { decision: 'ALLOW', by: 'bob' }
            ]
          }
        })
        expect(changes.map(({ to }) => to)).toEqual(['pending', 'pending', 'approved'])
      })

      test('one no is enough, also of somebody who had agreed', async () => {
        const { id } = await opened(ask('ls', { quorum: 3 }))
        await approvals.resolve('local', id, { ...allow, by: 'ann' })
        const denied = await approvals.resolve('local', id, { decision: 'DENY', by: 'ann' })
        expect(denied).toMatchObject({ ok: true, approval: { decision: 'DENY', resolved: true } })
      })

      test('a comment has an end', async () => {
        const { id } = await opened(ask('ls'))
        const comment = 'x'.repeat(4097)
        expect(await approvals.resolve('local', id, { ...allow, comment })).toMatchObject({
          reason: 'comment_too_long'
        })
      })
    })

    describe('quotas', () => {
      const limits = {
        maxPendingPerAgent: 2,
        maxPendingPerSource: 3,
        maxPendingPerTenant: 5,
        maxKeptPerTenant: 6,
        maxPendingSizePerAgent: 10_000,
        maxKeptSizePerTenant: 30_000
      }
      const full = (quota: string): object => ({ ok: false, reason: 'quota', quota })

      beforeEach(() => {
        approvals = make({ limits })
      })

      test('an agent has its share, and an answer gives it back', async () => {
        const { id } = await opened(ask('a'))
        await opened(ask('b'))
        expect(await approvals.open(ask('c'))).toEqual(full('agent'))
        await opened(ask('c', { agent: 'other' }))
        await opened(ask('c', { tenant: 'acme' }))
        await approvals.resolve('local', id, { decision: 'DENY' })
        await opened(ask('c'))
      })

      test('time gives it back too', async () => {
        await opened(ask('a'))
        await opened(ask('b'))
        clock.at += 60 * minute
        await opened(ask('c'))
      })

      test('a source has its share, whatever names its agents take', async () => {
        for (const agent of ['a', 'b', 'c']) await opened(ask('x', { agent, source: 's' }))
        expect(await approvals.open(ask('x', { agent: 'd', source: 's' }))).toEqual(full('source'))
        await opened(ask('x', { agent: 'd', source: 't' }))
        await opened(ask('x', { agent: 'd' }))
      })

      test('a tenant has its share, and another one is not affected', async () => {
        for (const agent of ['a', 'b', 'c', 'd', 'e']) await opened(ask('x', { agent }))
        expect(await approvals.open(ask('x', { agent: 'f' }))).toEqual(full('tenant'))
        await opened(ask('x', { agent: 'f', tenant: 'acme' }))
        expect(await approvals.countPending()).toBe(6)
      })

      test('sizes count', async () => {
        await opened(ask('x'.repeat(6_000)))
        expect(await approvals.open(ask('y'.repeat(6_000)))).toEqual(full('agent'))
        expect(await approvals.open(ask('y'.repeat(40_000), { agent: 'b' }))).toEqual(full('agent'))
      })

      test('a reused one takes no share', async () => {
        await opened(ask('a'))
        await opened(ask('b', { reuse: true }))
        expect(await approvals.open(ask('b', { reuse: true }))).toMatchObject({ opened: false })
        expect(await approvals.open(ask('b'))).toEqual(full('agent'))
      })

      test('what ended first makes room, and nothing that is pending or still counts', async () => {
        const agents = ['a', 'b', 'c', 'd', 'e', 'f']
        const lives: Approval[] = []
        for (const agent of agents.slice(0, 4)) lives.push(await opened(ask('x', { agent })))
        // The digests differ, since the agents do: each is decided alone.
        const [a, b, c, d] = lives as [Approval, Approval, Approval, Approval]
        await approvals.resolve('local', c.id, { decision: 'ALLOW' })
        await approvals.resolve('local', b.id, { decision: 'ALLOW' })
        await approvals.resolve('local', a.id, { decision: 'ALLOW' })
        await approvals.resolve('local', d.id, { decision: 'DENY' })
        await approvals.consume('local', c.id, c.digest ?? '')
        clock.at += 1
        await approvals.consume('local', b.id, b.digest ?? '')
        lives.push(await opened(ask('x', { agent: 'e' })), await opened(ask('x', { agent: 'f' })))
        const kept = async (): Promise<string[]> => {
          const found = await Promise.all(lives.map(({ id }) => approvals.get('local', id)))
          return found.map((approval) => (approval ? stageOf(approval) : 'gone'))
        }
        expect(await kept()).toEqual([
          'approved',
          'consumed',
          'consumed',
          'denied',
          'pending',
          'pending'
        ])
        await opened(ask('x', { agent: 'g' }))
        expect((await kept())[2]).toBe('gone')
        await opened(ask('x', { agent: 'h' }))
        expect((await kept())[1]).toBe('gone')
        expect(await approvals.open(ask('x', { agent: 'i' }))).toEqual(full('tenant'))
        expect(await kept()).toEqual(['approved', 'gone', 'gone', 'denied', 'pending', 'pending'])
      })

      test('answers that count for ever make room at last, the oldest first, after a day', async () => {
        approvals = make({ limits, validityMs: 0 })
        const ids: string[] = []
        for (const command of ['a', 'b', 'c', 'd', 'e', 'f']) {
          clock.at += 1
          ids.push((await approved(ask(command))).id)
        }
        expect(await approvals.open(ask('g'))).toEqual(full('tenant'))
        clock.at += 24 * 60 * minute
        await opened(ask('g'))
        const found = await Promise.all(ids.map((id) => approvals.get('local', id)))
        expect(found.map(Boolean)).toEqual([false, true, true, true, true, true])
      })
    })

    describe('waiting', () => {
      test('ends with the answer', async () => {
        const { id } = await opened(ask('ls'))
        const waiting = [approvals.wait('local', id), approvals.wait('local', id)]
        await approvals.resolve('local', id, { decision: 'ALLOW' })
        for (const each of waiting) expect((await each)?.decision).toBe('ALLOW')
        expect((await approvals.wait('local', id))?.decision).toBe('ALLOW')
      })

      test('ends with the answer to another of the same action', async () => {
        const { id } = await opened(ask('ls'))
        const other = await opened(ask('ls'))
        const waiting = approvals.wait('local', id)
        await approvals.resolve('local', other.id, { decision: 'DENY' })
        expect((await waiting)?.decision).toBe('DENY')
      })

      test('ends when the time is over, although nobody does anything', async () => {
        const { id } = await opened(ask('ls'))
        const waiting = approvals.wait('local', id)
        clock.at += 60 * minute
        expect(await waiting).toMatchObject({ decision: 'DENY', expired: true })
      })

      test('goes on while not all who have to agree have agreed', async () => {
        const { id } = await opened(ask('ls', { quorum: 2 }))
        const waiting = approvals.wait('local', id)
        await approvals.resolve('local', id, { decision: 'ALLOW', by: 'ann' })
        expect(await Promise.race([waiting, sleep(30, 'still waiting')])).toBe('still waiting')
        await approvals.resolve('local', id, { decision: 'ALLOW', by: 'bob' })
        expect((await waiting)?.decision).toBe('ALLOW')
      })

      test('ends when aborted, with the reason, and is not counted any more', async () => {
        approvals = make({ maxWaitersPerTenant: 1 })
        const { id } = await opened(ask('ls'))
        const abort = new AbortController()
        const waiting = approvals.wait('local', id, abort.signal)
        await expect(approvals.wait('local', id)).rejects.toMatchObject({
          code: 'too_many_waiters'
        })
        abort.abort(new Error('gone'))
        await expect(waiting).rejects.toThrow('gone')
        await expect(approvals.wait('local', id, abort.signal)).rejects.toThrow('gone')
        const next = approvals.wait('local', id)
        await approvals.resolve('local', id, { decision: 'ALLOW' })
        expect((await next)?.decision).toBe('ALLOW')
      })

      test('ends when the approvals are closed', async () => {
        const { id } = await opened(ask('ls'))
        const waiting = approvals.wait('local', id)
        await Promise.all([
          expect(waiting).rejects.toMatchObject({ code: 'closed' }),
          approvals.close(),
          approvals.close()
        ])
        await expect(approvals.wait('local', id)).rejects.toMatchObject({ code: 'closed' })
      })
    })

    describe('callers that are wrong hear of it', () => {
      test.each<[string, Partial<Ask>]>([
        ['a tenant without a name', { tenant: '' }],
        ['nobody has to agree', { quorum: 0 }],
        ['half a person has to agree', { quorum: 1.5 }],
        ['it is over at once', { expiresMs: 0 }],
        ['it is never over', { expiresMs: Number.POSITIVE_INFINITY }]
      ])('%s', async (_, wrong) => {
        await expect(approvals.open({ ...ask('ls'), ...wrong })).rejects.toThrow(/must|name/)
      })

      test('a cost that is no number has no digest', async () => {
        const request = { scope: 'cost', est_cost: Number.NaN }
        await expect(approvals.open({ ...ask(''), request })).rejects.toThrow(TypeError)
      })

      test.each(['expiresMs', 'validityMs', 'retentionMs', 'tickMs'])('%s below 0', (option) => {
        expect(() => make({ [option]: -1 })).toThrow(RangeError)
      })
    })
  })
}
