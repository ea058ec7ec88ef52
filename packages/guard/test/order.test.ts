import { memoryApprovals } from '@agentguard/approvals'
import type { ActionRequest } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { type Faults, noon, openWorld, policyOf, type World } from './world.ts'

const rules = `rules:
  - scope: cost
    rate_limit: {max_requests: 5, window: 1m}
    limits: {max_per_day: "$10"}
    require_approval: [{action: ask}]
    deny: [{action: never}]
  - scope: shell
    rate_limit: {max_requests: 5, window: 1m}
    allow: [{pattern: 'ls *'}]
    require_approval: [{pattern: 'git push*'}]
  - scope: filesystem
    allow: [{action: read, paths: ['/work/**']}]
    require_approval: [{action: write, paths: ['/work/**']}]
    deny: [{paths: ['/etc/**']}]
`

const spend: ActionRequest = { scope: 'cost', action: 'go', est_cost: 1, agent_id: 'bot' }
const ask: ActionRequest = { ...spend, action: 'ask' }
const never: ActionRequest = { ...spend, action: 'never' }
const push: ActionRequest = { scope: 'shell', command: 'git push', agent_id: 'bot' }
const list: ActionRequest = { scope: 'shell', command: 'ls -l', agent_id: 'bot' }

/** The steps, without what only tells something of the policy. */
async function steps(world: World, action: ActionRequest): Promise<string[]> {
  world.calls.length = 0
  await world.guard.check(action)
  const silent = ['policy.rateLimit', 'policy.costLimits', 'policy.approvalTerms', 'history.record']
  return world.calls.filter((call) => !silent.includes(call))
}

const asked = ['policies.find', 'limiter.take', 'history.factsFor', 'policy.check']
const replayed = ['policies.find', 'approvals.lookup', 'history.factsFor', 'policy.check']

describe('the order of a check', () => {
  test('an action that is allowed: token, policy, money, log, answer', async () => {
    const world = await openWorld({ rules })
    expect(await steps(world, spend)).toEqual([
      ...asked,
      'budgets.reserve',
      'audit.append',
      'budgets.commit',
      'event:check'
    ])
  })

  test('an action that costs nothing asks no budget', async () => {
    const world = await openWorld({ rules })
    expect(await steps(world, list)).toEqual([...asked, 'audit.append', 'event:check'])
  })

  test('an action that is denied takes a token, and neither money nor a person', async () => {
    const world = await openWorld({ rules })
    expect(await steps(world, never)).toEqual([...asked, 'audit.append', 'event:check'])
  })

  test('an action over its rate is denied before the policy is asked', async () => {
    const world = await openWorld({ rules })
    for (let i = 0; i < 5; i++) await world.guard.check(list)
    expect(await steps(world, list)).toEqual([
      'policies.find',
      'limiter.take',
      'audit.append',
      'event:check'
    ])
    expect(world.events.at(-1)).toMatchObject({
      by: 'rate_limit',
      result: { decision: 'DENY', matched_rule: 'deny:ratelimit:shell' }
    })
  })

  test('a person is asked only if the money is there, and notified after the log', async () => {
    const world = await openWorld({ rules })
    expect(await steps(world, ask)).toEqual([
      ...asked,
      'budgets.exceeded',
      'approvals.open',
      'audit.append',
      'event:check',
      'event:approval-required'
    ])
    const dear = { ...ask, est_cost: 11 }
    expect(await steps(world, dear)).toEqual([
      ...asked,
      'budgets.exceeded',
      'audit.append',
      'event:check'
    ])
    expect(world.events.at(-1)).toMatchObject({ by: 'budget', result: { decision: 'DENY' } })
  })

  test('an approved action: no token, the policy, money and approval, log, answer', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(ask)
    expect(await steps(world, { ...ask, approval_id })).toEqual([
      ...replayed,
      'budgets.reserve',
      'approvals.consume',
      'audit.appendEvent',
      'audit.append',
      'budgets.commit',
      'event:check',
      'event:approval-changed'
    ])
    expect(world.events[0]).toMatchObject({
      by: 'approval',
      result: { decision: 'ALLOW', matched_rule: 'allow:approved', approval_id }
    })
  })

  test('an action that waits for its answer: no token, the same approval, nobody is told again', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(ask)
    expect(await steps(world, { ...ask, approval_id })).toEqual([
      ...replayed,
      'audit.append',
      'event:check'
    ])
    expect(world.events.at(-1)).toMatchObject({
      result: {
        decision: 'REQUIRE_APPROVAL',
        matched_rule: 'require_approval:pending',
        approval_id,
        approval_url: `https://guard.example/local/${approval_id}`
      }
    })
  })

  test('a replay takes no token, however often', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push)
    for (let i = 0; i < 20; i++) {
      const result = await world.guard.check({ ...push, approval_id })
      expect(result.matched_rule).toBe('require_approval:pending')
    }
    for (let i = 0; i < 4; i++) expect((await world.guard.check(list)).decision).toBe('ALLOW')
    expect((await world.guard.check(list)).matched_rule).toBe('deny:ratelimit:shell')
  })

  test('what needs no approval takes its token, whatever approval it names', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push)
    world.policies.set(
      'local',
      policyOf(rules.replace("'ls *'", "'*'").replace("'git push*'", "'no'"))
    )
    const decisions: string[] = []
    for (let i = 0; i < 6; i++) {
      decisions.push((await world.guard.check({ ...push, approval_id })).decision)
    }
    expect(decisions).toEqual(['ALLOW', 'ALLOW', 'ALLOW', 'ALLOW', 'DENY', 'DENY'])
  })

  test('an approval that nobody knows is as good as none', async () => {
    const world = await openWorld({ rules })
    const result = await world.guard.check({ ...list, approval_id: 'ap_unknown' })
    expect(result.decision).toBe('ALLOW')
    expect(world.calls).toContain('limiter.take')
  })

  test('no answer before the log has its entry, whatever the answer is', async () => {
    const written = Promise.withResolvers<void>()
    const faults: Faults = { 'audit.append': (call) => written.promise.then(call) }
    const world = await openWorld({ rules, faults })
    const answered: string[] = []
    const checks = [spend, ask, never].map(async (action) => {
      answered.push((await world.guard.check(action)).decision)
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(answered).toEqual([])
    expect(world.events).toEqual([])
    written.resolve()
    await Promise.all(checks)
    expect(answered.toSorted()).toEqual(['ALLOW', 'DENY', 'REQUIRE_APPROVAL'])
    expect(await world.entries()).toHaveLength(3)
  })

  test('one who has given up asks nobody', async () => {
    const world = await openWorld({ rules })
    const signal = AbortSignal.abort(new Error('gone'))
    await expect(world.guard.check(spend, { signal })).rejects.toThrow('gone')
    await expect(world.guard.gate()(spend, { signal })).rejects.toThrow('gone')
    expect(world.calls).toEqual([])
  })
})

describe('the policy of today', () => {
  test('denies what was approved under that of yesterday (A13, weakness 15)', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(ask)
    world.policies.set('local', policyOf(rules.replace('action: never', "action: 'ask'")))
    const result = await world.guard.check({ ...ask, approval_id })
    expect(result).toMatchObject({ decision: 'DENY', matched_rule: 'deny:cost:ask' })
    expect(world.calls).not.toContain('approvals.consume')
    expect(await world.spent('bot')).toBe(0)
  })

  test('denies what still waits, and what was asked for by its digest', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(ask)
    world.policies.set('local', policyOf(rules.replace('action: never', "action: 'ask'")))
    expect((await world.guard.check({ ...ask, approval_id })).decision).toBe('DENY')
    expect((await world.guard.check({ ...ask, reuse_approval: true })).decision).toBe('DENY')
  })

  test('a no of a person holds also where the policy would allow by now', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push)
    await world.guard.resolve('local', approval_id, { decision: 'DENY', by: 'ann' })
    world.policies.set(
      'local',
      policyOf(rules.replace("'ls *'", "'*'").replace("'git push*'", "'no'"))
    )
    const result = await world.guard.check({ ...push, approval_id })
    expect(result).toMatchObject({ decision: 'DENY', matched_rule: 'deny:approved', approval_id })
  })

  test('one check is judged by one policy, also while another is put in its place', async () => {
    const faults: Faults = {}
    const world = await openWorld({ rules, faults })
    faults['limiter.take'] = (call) => {
      world.policies.clear()
      return call()
    }
    expect((await world.guard.check(spend)).decision).toBe('ALLOW')
    expect((await world.guard.check(spend)).matched_rule).toBe('deny:tenant:not_found')
  })
})

describe('an approval is for what was asked', () => {
  const bound: Readonly<Record<string, Partial<ActionRequest>>> = {
    'another cost (A8, weakness 11)': { est_cost: 2 },
    'other arguments in meta (A9)': { meta: { arg_path: '/etc/shadow' } },
    'another command (A11)': { command: 'token=x;rm -rf /' },
    'another agent': { agent_id: 'eve' },
    'another session': { session_id: 's2' },
    'further actions': { actions: [{ scope: 'cost', action: 'ask' }] }
  }

  test.each(Object.entries(bound))('it is not honoured for %s', async (_what, other) => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(ask)
    const result = await world.guard.check({ ...ask, ...other, approval_id })
    expect(result.decision).not.toBe('ALLOW')
    expect(result.approval_id).not.toBe(approval_id)
    expect(world.events[0]).toMatchObject({ type: 'approval-mismatch', approvalId: approval_id })
    expect((await world.guard.check({ ...ask, approval_id })).decision).toBe('ALLOW')
  })

  test('it is not honoured in another context', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(push, { context: { cwd: '/work' } })
    const elsewhere = await world.guard.check({ ...push, approval_id }, { context: { cwd: '/' } })
    expect(elsewhere.decision).toBe('REQUIRE_APPROVAL')
    const result = await world.guard.check({ ...push, approval_id }, { context: { cwd: '/work' } })
    expect(result.decision).toBe('ALLOW')
  })

  test('what differs between attempts does not count', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved({ ...push, meta: { tool_call_id: 'a', model: 'x' } })
    const meta = { tool_call_id: 'b', stream: 'true' }
    const again = { ...push, meta, approval_id, schema_version: 'v1' }
    expect((await world.guard.check(again)).decision).toBe('ALLOW')
  })

  test('only the member counts, not what meta says', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(push)
    const result = await world.guard.check({ ...push, meta: { approval_id } })
    expect(result.decision).toBe('REQUIRE_APPROVAL')
  })

  test('it is used once, and the next ask opens another', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(push)
    expect((await world.guard.check({ ...push, approval_id })).decision).toBe('ALLOW')
    const again = await world.guard.check({ ...push, approval_id })
    expect(again.decision).toBe('REQUIRE_APPROVAL')
    expect(again.approval_id).not.toBe(approval_id)
  })

  test('it is over after its time', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(push)
    world.now += 5 * 60_000
    expect((await world.guard.check({ ...push, approval_id })).decision).toBe('REQUIRE_APPROVAL')
  })

  test('who asks may not answer, and the credential is not part of what is asked', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push, { caller: 'ci' })
    const own = await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ci' })
    expect(own.ok).toBe(false)
    await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
    const used = await world.guard.check({ ...push, approval_id }, { caller: 'ci-2' })
    expect(used.decision).toBe('ALLOW')
  })
})

describe('reuse_approval', () => {
  const reuse = { ...push, reuse_approval: true }

  test('finds what waits, then what is approved, once', async () => {
    const world = await openWorld({ rules })
    const first = await world.guard.check(reuse)
    const second = await world.guard.check(reuse)
    expect(second).toMatchObject({
      decision: 'REQUIRE_APPROVAL',
      matched_rule: 'require_approval:pending',
      approval_id: first.approval_id
    })
    await world.guard.resolve('local', first.approval_id as string, {
      decision: 'ALLOW',
      by: 'ann'
    })
    expect((await world.guard.check(reuse)).matched_rule).toBe('allow:approved')
    const third = await world.guard.check(reuse)
    expect(third.decision).toBe('REQUIRE_APPROVAL')
    expect(third.approval_id).not.toBe(first.approval_id)
  })

  test('finds a no as well', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(reuse)
    await world.guard.resolve('local', approval_id, { decision: 'DENY', by: 'ann' })
    expect((await world.guard.check(reuse)).matched_rule).toBe('deny:approved')
  })

  test('of asks at the same time, one opens and one is allowed', async () => {
    const world = await openWorld({ rules })
    const open = await Promise.all([1, 2, 3, 4, 5].map(() => world.guard.check(reuse)))
    expect(new Set(open.map(({ approval_id }) => approval_id)).size).toBe(1)
    expect(world.events.filter(({ type }) => type === 'approval-required')).toHaveLength(1)
    const id = open[0]?.approval_id as string
    await world.guard.resolve('local', id, { decision: 'ALLOW', by: 'ann' })
    const used = await Promise.all([1, 2, 3, 4, 5].map(() => world.guard.check(reuse)))
    expect(used.filter(({ decision }) => decision === 'ALLOW')).toHaveLength(1)
  })
})

describe('those who are asked', () => {
  test('see identical asks as one, answer them together, and each runs by its own', async () => {
    const world = await openWorld({ rules })
    const ids = [await world.guard.check(push), await world.guard.check(push)].map(
      ({ approval_id = '' }) => approval_id
    )
    expect(new Set(ids).size).toBe(2)
    const groups = await world.guard.pending('local')
    expect(groups).toHaveLength(1)
    await world.guard.resolve('local', ids[0] as string, { decision: 'ALLOW', by: 'ann' })
    expect(await world.guard.pending('local')).toEqual([])
    for (const approval_id of ids) {
      expect((await world.guard.check({ ...push, approval_id })).decision).toBe('ALLOW')
    }
    const { lines } = await world.audit.query({ kind: 'approval-resolved' })
    expect(lines).toHaveLength(2)
  })

  test('are not asked more than a quota allows', async () => {
    const approvals = memoryApprovals({ limits: { maxPendingPerAgent: 2 } })
    const world = await openWorld({ rules, guard: { approvals } })
    await world.guard.check(push)
    await world.guard.check(push)
    const result = await world.guard.check(push)
    expect(result).toMatchObject({ decision: 'DENY', matched_rule: 'deny:approvals:quota' })
    expect(result.approval_id).toBeUndefined()
    expect(world.events.at(-1)).toMatchObject({ type: 'check', by: 'approval' })
    expect((await world.entries()).at(-1)?.result).toMatchObject(result)
    expect((await world.guard.check({ ...push, agent_id: 'other' })).decision).toBe(
      'REQUIRE_APPROVAL'
    )
  })

  test('are asked on the terms of the rule', async () => {
    const terms = `approvals: {quorum: 2}
rules:
  - scope: shell
    require_approval: [{pattern: 'git push*', expires: 10m, approvers: [ann, ben]}]
`
    const world = await openWorld({ rules: terms })
    const { approval_id = '' } = await world.guard.check(push)
    const answer = (by: string) =>
      world.guard.resolve('local', approval_id, { decision: 'ALLOW', by })
    expect(await answer('eve')).toMatchObject({ ok: false })
    await answer('ann')
    expect((await world.guard.check({ ...push, approval_id })).decision).toBe('REQUIRE_APPROVAL')
    await answer('ben')
    expect((await world.guard.check({ ...push, approval_id })).decision).toBe('ALLOW')
    const other = await world.guard.check(push)
    world.now += 10 * 60_000
    const late = await world.guard.resolve('local', other.approval_id as string, {
      decision: 'ALLOW',
      by: 'ann'
    })
    expect(late).toMatchObject({ ok: false, reason: 'expired' })
  })

  test('are waited for', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push)
    const waited = world.guard.wait('local', approval_id)
    await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
    expect(await waited).toMatchObject({ id: approval_id, decision: 'ALLOW', resolved_by: 'ann' })
    expect(await world.guard.wait('other', approval_id)).toBeUndefined()
  })

  test('asks that nobody answers end in the log when they are swept', async () => {
    const world = await openWorld({ rules })
    const { approval_id = '' } = await world.guard.check(push)
    world.now += 3_600_000
    await world.guard.sweep()
    const { lines } = await world.audit.query({ kind: 'approval-expired' })
    expect(lines).toMatchObject([{ _meta: { detail: { id: approval_id, expired: true } } }])
    expect(world.events.at(-1)).toMatchObject({ type: 'approval-changed' })
  })
})

describe('money', () => {
  test('an approved action is paid for when it is honoured (A8)', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved({ ...ask, est_cost: 6 })
    expect(await world.spent('bot')).toBe(0)
    await world.guard.check({ ...ask, est_cost: 6, approval_id })
    expect(await world.spent('bot')).toBe(6e6)
  })

  test('an approval stays good when the money is gone by then', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved({ ...ask, est_cost: 6 })
    await world.guard.check({ ...spend, est_cost: 5 })
    const result = await world.guard.check({ ...ask, est_cost: 6, approval_id })
    expect(result).toMatchObject({ decision: 'DENY', matched_rule: 'deny:cost:max_per_day' })
    expect(await world.spent('bot')).toBe(5e6)
    expect(await world.approvals.status('local', approval_id)).toMatchObject({ decision: 'ALLOW' })
  })

  const interleavings = ['before', 'after'] as const
  test.each(interleavings)(
    'is given back where somebody else uses the approval %s it is reserved',
    async (when) => {
      const faults: Record<string, (call: () => unknown) => unknown> = {}
      const world = await openWorld({ rules, faults })
      const approval_id = await world.approved({ ...ask, est_cost: 6 })
      const { digest = '' } = (await world.approvals.get('local', approval_id)) ?? {}
      const useUp = () => world.approvals.consume('local', approval_id, digest)
      faults['budgets.reserve'] = async (call) => {
        if (when === 'before') await useUp()
        const reserved = await call()
        if (when === 'after') await useUp()
        return reserved
      }
      const result = await world.guard.check({ ...ask, est_cost: 6, approval_id })
      expect(result.decision).toBe('REQUIRE_APPROVAL')
      expect(result.approval_id).not.toBe(approval_id)
      expect(world.calls).toContain('budgets.release')
      expect(await world.spent('bot')).toBe(0)
    }
  )

  test('of two who use one approval at once, one is allowed, and one sum is spent', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved({ ...ask, est_cost: 4 })
    const both = [1, 2].map(() => world.guard.check({ ...ask, est_cost: 4, approval_id }))
    const decisions = (await Promise.all(both)).map(({ decision }) => decision)
    expect(decisions.toSorted()).toEqual(['ALLOW', 'REQUIRE_APPROVAL'])
    expect(await world.spent('bot')).toBe(4e6)
  })

  test('of two who want the last of it at once, one gets it', async () => {
    const world = await openWorld({ rules })
    const both = [1, 2].map(() => world.guard.check({ ...spend, est_cost: 6 }))
    const decisions = (await Promise.all(both)).map(({ decision }) => decision)
    expect(decisions.toSorted()).toEqual(['ALLOW', 'DENY'])
    expect(await world.spent('bot')).toBe(6e6)
  })
})

describe('further actions are judged together', () => {
  const call: ActionRequest = {
    scope: 'shell',
    command: 'ls -l',
    agent_id: 'bot',
    actions: [
      { scope: 'filesystem', action: 'write', path: '/work/a' },
      { scope: 'cost', action: 'go', est_cost: 2 },
      { scope: 'cost', action: 'go', est_cost: 3 }
    ]
  }

  test('one verdict, one token, one approval, one bill, one entry', async () => {
    const world = await openWorld({ rules })
    const first = await world.guard.check(call)
    expect(first).toMatchObject({ decision: 'REQUIRE_APPROVAL' })
    expect(world.calls.filter((one) => one === 'limiter.take')).toHaveLength(1)
    expect(world.calls.filter((one) => one === 'approvals.open')).toHaveLength(1)
    const approval_id = first.approval_id as string
    await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
    expect((await world.guard.check({ ...call, approval_id })).decision).toBe('ALLOW')
    expect(await world.spent('bot')).toBe(5e6)
    expect(await world.entries()).toHaveLength(2)
  })

  test('an approval covers all of them, and no others', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(call)
    const [first, ...rest] = call.actions ?? []
    const other = {
      ...call,
      actions: [{ ...first, scope: 'filesystem', path: '/work/b' }, ...rest]
    }
    const result = await world.guard.check({ ...other, approval_id })
    expect(result.decision).toBe('REQUIRE_APPROVAL')
    expect(result.approval_id).not.toBe(approval_id)
  })

  test('one that is denied denies all', async () => {
    const world = await openWorld({ rules })
    const actions = [...(call.actions ?? []), { scope: 'filesystem', path: '/etc/passwd' }]
    expect((await world.guard.check({ ...call, actions })).decision).toBe('DENY')
    expect(await world.spent('bot')).toBe(0)
  })

  test('together they cost too much', async () => {
    const world = await openWorld({ rules })
    const actions = [6, 6].map((est_cost) => ({ scope: 'cost', action: 'go', est_cost }))
    const result = await world.guard.check({ ...list, actions })
    expect(result).toMatchObject({
      matched_rule: 'deny:cost:max_per_day',
      reason: 'Daily cost $0.00 + $12.00 would exceed limit of $10'
    })
  })
})

describe('tenants are apart', () => {
  async function openTwo(): Promise<World> {
    const world = await openWorld({ rules })
    world.policies.set('acme', policyOf(rules))
    return world
  }
  const acme = { tenant: 'acme' }

  test('in their policies; one that does not exist has none', async () => {
    const world = await openTwo()
    world.policies.set('acme', policyOf('rules: []\n'))
    expect((await world.guard.check(list)).decision).toBe('ALLOW')
    expect((await world.guard.check(list, acme)).decision).toBe('DENY')
    const result = await world.guard.check(list, { tenant: '../acme' })
    expect(result).toMatchObject({ decision: 'DENY', matched_rule: 'deny:tenant:not_found' })
    expect(world.events.at(-1)).toMatchObject({ type: 'check', by: 'tenant', tenant: '../acme' })
  })

  test('in their tokens', async () => {
    const world = await openTwo()
    for (let i = 0; i < 6; i++) await world.guard.check(list)
    expect((await world.guard.check(list)).decision).toBe('DENY')
    expect((await world.guard.check(list, acme)).decision).toBe('ALLOW')
  })

  test('in their money', async () => {
    const world = await openTwo()
    await world.guard.check({ ...spend, est_cost: 10 })
    expect((await world.guard.check(spend)).decision).toBe('DENY')
    expect((await world.guard.check(spend, acme)).decision).toBe('ALLOW')
    expect(await world.spent('bot', 'acme')).toBe(1e6)
  })

  test('in their approvals, by name and by digest', async () => {
    const world = await openTwo()
    const approval_id = await world.approved(push)
    const named = await world.guard.check({ ...push, approval_id }, acme)
    expect(named.decision).toBe('REQUIRE_APPROVAL')
    expect(named.approval_id).not.toBe(approval_id)
    expect(named.approval_url).toContain('/acme/')
    expect(world.events).not.toContainEqual(expect.objectContaining({ type: 'approval-mismatch' }))
    const found = await world.guard.check({ ...push, reuse_approval: true }, acme)
    expect(found.approval_id).toBe(named.approval_id)
    const answer = { decision: 'ALLOW', by: 'ann' } as const
    expect(await world.guard.resolve('acme', approval_id, answer)).toMatchObject({ ok: false })
    expect(await world.guard.pending('local')).toEqual([])
    expect(await world.guard.pending('acme')).toHaveLength(1)
  })

  test('in the log and in events', async () => {
    const world = await openTwo()
    await world.guard.check(list)
    await world.guard.check(list, { ...acme, caller: 'ci', requestId: 'r1' })
    const [first, second] = await world.entries()
    expect(first?.tenant_id).toBeUndefined()
    expect(second).toMatchObject({ tenant_id: 'acme', caller: 'ci', request_id: 'r1' })
    expect(world.events.map((event) => event.tenant)).toEqual(['local', 'acme'])
  })

  test('in what was done before', async () => {
    const prior = `rules:
  - scope: shell
    allow: [{pattern: 'make test'}, {pattern: 'make deploy', conditions: [{require_prior: make test}]}]
`
    const world = await openWorld({ rules: prior })
    world.policies.set('acme', policyOf(prior))
    const make = (what: string): ActionRequest => ({ ...list, command: `make ${what}` })
    await world.guard.check(make('test'))
    expect((await world.guard.check(make('deploy'), acme)).decision).toBe('DENY')
    expect((await world.guard.check(make('deploy'))).decision).toBe('ALLOW')
  })
})

describe('agents', () => {
  const overridden = `rules:
  - scope: shell
    rate_limit: {max_requests: 3, window: 1m}
    allow: [{pattern: '*'}]
  - scope: cost
    limits: {max_per_day: "$10"}
agents:
  slow:
    extends: default
    override:
      - scope: shell
        rate_limit: {max_requests: 1, window: 1m}
        allow: [{pattern: '*'}]
      - scope: cost
        limits: {max_per_day: "$1"}
    override_mode: replace
`

  async function allowed(
    world: World,
    times: number,
    ...asked: Parameters<World['guard']['check']>
  ) {
    let count = 0
    for (let i = 0; i < times; i++) {
      if ((await world.guard.check(...asked)).decision === 'ALLOW') count++
    }
    return count
  }

  test('have their own limits', async () => {
    const world = await openWorld({ rules: overridden })
    expect(await allowed(world, 5, { ...list, agent_id: 'slow' })).toBe(1)
    expect(await allowed(world, 5, list)).toBe(3)
    expect(await allowed(world, 5, { ...spend, agent_id: 'slow' })).toBe(1)
    expect(await allowed(world, 12, spend)).toBe(10)
  })

  test('without a name are counted together', async () => {
    const world = await openWorld({ rules: overridden })
    const { agent_id, ...nobody } = list
    expect(await allowed(world, 2, nobody)).toBe(2)
    expect(await allowed(world, 2, { ...nobody, agent_id: '' })).toBe(1)
  })

  test('are counted by the name of their credential where there is one', async () => {
    const world = await openWorld({ rules: overridden })
    const names = ['a', 'b', 'c', 'd', 'e']
    const caller = { caller: 'ci' }
    const results = names.map((agent_id) => world.guard.check({ ...list, agent_id }, caller))
    const decisions = (await Promise.all(results)).map(({ decision }) => decision)
    expect(decisions.filter((decision) => decision === 'ALLOW')).toHaveLength(3)
    expect((await world.guard.check({ ...list, agent_id: 'a' })).decision).toBe('ALLOW')
  })
})

describe('events', () => {
  test('reach everybody who has subscribed, until they leave', async () => {
    const world = await openWorld({ rules })
    const heard: string[] = []
    const listener = ({ type }: { type: string }): number => heard.push(type)
    const leave = world.guard.subscribe(listener)
    world.guard.subscribe(listener)
    await world.guard.check(list)
    expect(heard).toEqual(['check', 'check'])
    leave()
    leave()
    await world.guard.check(list)
    expect(heard).toHaveLength(3)
  })
})

test.each(['consumed', 'expired'] as const)(
  'an approval that is %s when an action names it is told of',
  async (reason) => {
    let at = noon
    const approvals = memoryApprovals({ now: () => at })
    const world = await openWorld({
      rules: 'rules: [{scope: shell, require_approval: [{pattern: "git push*"}]}]',
      guard: { approvals, now: () => at }
    })
    const push = { scope: 'shell', command: 'git push' }
    const { approval_id = '' } = await world.guard.check(push)
    await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
    if (reason === 'consumed') await world.guard.check({ ...push, approval_id })
    else at += 10 * 60_000
    await world.guard.check({ ...push, approval_id })
    expect(world.events).toContainEqual({
      type: 'approval-refused',
      tenant: 'local',
      timestamp: at,
      approvalId: approval_id,
      reason
    })
  }
)

test('an approval that somebody else uses first, at the same moment, is told of as consumed', async () => {
  const world = await openWorld({
    rules: 'rules: [{scope: shell, require_approval: [{pattern: "git push*"}]}]'
  })
  const push = { scope: 'shell', command: 'git push' }
  const { approval_id = '' } = await world.guard.check(push)
  await world.guard.resolve('local', approval_id, { decision: 'ALLOW', by: 'ann' })
  const both = await Promise.all([
    world.guard.check({ ...push, approval_id }),
    world.guard.check({ ...push, approval_id })
  ])
  expect(both.map(({ decision }) => decision).sort()).toEqual(['ALLOW', 'REQUIRE_APPROVAL'])
  expect(world.events.filter(({ type }) => type === 'approval-refused')).toMatchObject([
    { approvalId: approval_id, reason: 'consumed' }
  ])
})
