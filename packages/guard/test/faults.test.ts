import { readFileSync } from 'node:fs'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import type { Asking } from '../src/asking.ts'
import { type GuardPart, guardParts } from '../src/index.ts'
import { type Faults, noon, openWorld, type World } from './world.ts'

/** Rules with which every part has something to do, whatever the verdict is. */
const rules = `rules:
  - scope: cost
    rate_limit: {max_requests: 100, window: 1m}
    limits: {max_per_day: "$10", max_per_session: "$10"}
    require_approval: [{action: ask}]
    deny: [{action: never}]
  - scope: data
    allow: [{action: later, conditions: [{require_prior: first}]}, {action: first}]
`

const allowed: ActionRequest = { scope: 'cost', action: 'go', est_cost: 1, agent_id: 'bot' }
const asked: ActionRequest = { ...allowed, action: 'ask' }
const denied: ActionRequest = { ...allowed, action: 'never' }

/** The verdicts that would come if nothing failed, and what is asked for them. */
const verdicts: Readonly<Record<string, (world: World) => Promise<[ActionRequest, Asking?]>>> = {
  ALLOW: async () => [allowed],
  'ALLOW by an approval': async (world) => [{ ...asked, approval_id: await world.approved(asked) }],
  REQUIRE_APPROVAL: async () => [asked],
  'REQUIRE_APPROVAL that waits': async ({ guard }) => {
    const { approval_id = '' } = await guard.check(asked)
    return [{ ...asked, approval_id }]
  },
  DENY: async () => [denied]
}

interface Fault {
  readonly what: string
  /** The row of the table in SECURITY.md that it belongs to. */
  readonly row: string
  readonly part: GuardPart
  readonly faults: Faults
  /** Verdicts for which the part has nothing to do. They stand, with their own decision. */
  readonly unharmed?: readonly string[]
  /** The rule if it is not that of the part. */
  readonly rule?: string
  /** Whether the verdict stands all the same. */
  readonly isOnlyTold?: true
  /** Money that stays counted, in dollars, because it could not be given back. */
  readonly stays?: number
}

const broken = new Error('secret: it broke')
const fail = (): never => {
  throw broken
}
const reject = (): Promise<never> => Promise.reject(broken)

const byApproval = 'ALLOW by an approval'
const waiting = 'REQUIRE_APPROVAL that waits'
const notAsked = ['ALLOW', 'REQUIRE_APPROVAL', 'DENY']

const faults: readonly Fault[] = [
  {
    what: 'the policy source rejects',
    row: 'the policy of a tenant cannot be found out',
    part: 'policy',
    faults: { 'policies.find': reject },
    rule: 'deny:tenant:provider_error'
  },
  {
    what: 'the policy source throws',
    row: 'the policy of a tenant cannot be found out',
    part: 'policy',
    faults: { 'policies.find': fail },
    rule: 'deny:tenant:provider_error'
  },
  {
    what: 'the policy throws',
    row: 'the policy fails, or what it asks of the history',
    part: 'policy',
    faults: { 'policy.check': fail }
  },
  {
    what: 'the history throws',
    row: 'the policy fails, or what it asks of the history',
    part: 'policy',
    faults: { 'history.factsFor': fail }
  },
  {
    what: 'the rate limiter throws',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'limiter.take': fail },
    unharmed: [byApproval, waiting]
  },
  {
    what: 'the rate limiter rejects',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'limiter.take': reject },
    unharmed: [byApproval, waiting]
  },
  {
    what: 'the rate limit cannot be told',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'policy.rateLimit': fail },
    unharmed: [byApproval, waiting]
  },
  {
    what: 'the cost limits cannot be told',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'policy.costLimits': fail },
    unharmed: ['DENY']
  },
  {
    what: 'money cannot be reserved',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'budgets.reserve': reject },
    unharmed: ['REQUIRE_APPROVAL', waiting, 'DENY']
  },
  {
    what: 'money cannot be looked at',
    row: 'requests or money cannot be counted',
    part: 'limiter',
    faults: { 'budgets.exceeded': reject },
    unharmed: ['ALLOW', byApproval, waiting, 'DENY']
  },
  {
    what: 'money cannot be made final',
    row: 'reserved money cannot be made final',
    part: 'limiter',
    faults: { 'budgets.commit': reject },
    unharmed: ['REQUIRE_APPROVAL', waiting, 'DENY'],
    isOnlyTold: true
  },
  {
    what: 'an approval cannot be looked up',
    row: 'approvals cannot be looked up, opened or used',
    part: 'approvals',
    faults: { 'approvals.lookup': reject },
    unharmed: notAsked
  },
  {
    what: 'an approval cannot be used',
    row: 'approvals cannot be looked up, opened or used',
    part: 'approvals',
    faults: { 'approvals.consume': reject },
    unharmed: [...notAsked, waiting]
  },
  {
    what: 'an approval was used, but nobody can tell',
    row: 'approvals cannot be looked up, opened or used',
    part: 'approvals',
    faults: {
      'approvals.consume': async (call) => {
        await call()
        throw broken
      }
    },
    unharmed: [...notAsked, waiting]
  },
  {
    what: 'an approval cannot be used, nor the money given back',
    row: 'reserved money cannot be given back',
    part: 'approvals',
    faults: { 'approvals.consume': reject, 'budgets.release': reject },
    unharmed: [...notAsked, waiting],
    stays: 1
  },
  {
    what: 'an approval cannot be opened',
    row: 'approvals cannot be looked up, opened or used',
    part: 'approvals',
    faults: { 'approvals.open': reject },
    unharmed: ['ALLOW', byApproval, waiting, 'DENY']
  },
  {
    what: 'the terms of an approval cannot be told',
    row: 'approvals cannot be looked up, opened or used',
    part: 'approvals',
    faults: { 'policy.approvalTerms': fail },
    unharmed: ['ALLOW', byApproval, waiting, 'DENY']
  },
  {
    what: 'the audit log rejects',
    row: 'a verdict cannot be written to the audit log',
    part: 'audit',
    faults: { 'audit.append': reject }
  },
  {
    what: 'the audit log throws',
    row: 'a verdict cannot be written to the audit log',
    part: 'audit',
    faults: { 'audit.append': fail }
  },
  {
    what: 'the use of an approval cannot be written down',
    row: 'a verdict cannot be written to the audit log',
    part: 'audit',
    faults: { 'audit.appendEvent': reject },
    unharmed: [...notAsked, waiting]
  },
  {
    what: 'the audit log rejects, nor can the money be given back',
    row: 'reserved money cannot be given back',
    part: 'audit',
    faults: { 'audit.append': reject, 'budgets.release': reject },
    stays: 1
  }
]

const decisionOf = (verdict: string): string => verdict.split(' ')[0] as string

describe.each(faults)('$what', (fault) => {
  const { part, unharmed = [], rule = `deny:guard:${part}`, isOnlyTold, stays = 0 } = fault

  test.each(Object.keys(verdicts))('where %s would be the answer', async (verdict) => {
    const injected: Record<string, (call: () => unknown) => unknown> = {}
    const world = await openWorld({ rules, faults: injected })
    const [action, asking] = (await verdicts[verdict]?.(world)) ?? []
    Object.assign(injected, fault.faults)
    const result = await world.guard.check(action as ActionRequest, asking)

    if (unharmed.includes(verdict)) {
      expect(result.decision).toBe(decisionOf(verdict))
      return expect(world.errors).toEqual([])
    }
    expect(world.errors).toContainEqual({ part, error: broken })
    if (isOnlyTold) return expect(result.decision).toBe(decisionOf(verdict))
    expectDenied(result, rule)
    const kept = decisionOf(verdict) === 'ALLOW' ? stays : 0
    expect(await world.spent('bot')).toBe(kept * 1e6)
    if (kept > 0) expect(world.errors).toContainEqual({ part: 'limiter', error: broken })
  })
})

function expectDenied(result: CheckResult, rule: string): void {
  expect(result).toMatchObject({ schema_version: 'v1', decision: 'DENY', matched_rule: rule })
  expect(result.approval_id).toBeUndefined()
  // What failed may have said something that nobody should read.
  expect(JSON.stringify(result)).not.toContain('secret')
}

describe('after a fault', () => {
  test('an approval whose use nobody can tell does not work again', async () => {
    const faults: Record<string, (call: () => unknown) => unknown> = {}
    const world = await openWorld({ rules, faults })
    const approval_id = await world.approved(asked)
    faults['audit.append'] = reject
    expectDenied(await world.guard.check({ ...asked, approval_id }), 'deny:guard:audit')
    delete faults['audit.append']
    const again = await world.guard.check({ ...asked, approval_id })
    expect(again.decision).toBe('REQUIRE_APPROVAL')
    expect(again.approval_id).not.toBe(approval_id)
    expect(await world.spent('bot')).toBe(0)
  })

  test('what was denied because it was not written down is no prior action', async () => {
    const faults: Record<string, (call: () => unknown) => unknown> = { 'audit.append': reject }
    const world = await openWorld({ rules, faults })
    const first = { scope: 'data', action: 'first', agent_id: 'bot' }
    expectDenied(await world.guard.check(first), 'deny:guard:audit')
    delete faults['audit.append']
    expect((await world.guard.check({ ...first, action: 'later' })).decision).toBe('DENY')
    expect((await world.guard.check(first)).decision).toBe('ALLOW')
    expect((await world.guard.check({ ...first, action: 'later' })).decision).toBe('ALLOW')
  })

  test('nothing is told that was not written down', async () => {
    const world = await openWorld({ rules, faults: { 'audit.append': reject } })
    for (const action of [allowed, asked, denied]) await world.guard.check(action)
    expect(world.events).toEqual([])
  })

  test('the use of an approval that could not be written down leaves no ALLOW in the log', async () => {
    const faults: Record<string, (call: () => unknown) => unknown> = {}
    const world = await openWorld({ rules, faults })
    const approval_id = await world.approved(asked)
    faults['audit.appendEvent'] = reject
    await world.guard.check({ ...asked, approval_id })
    const decisions = (await world.entries()).map(({ result }) => result.decision)
    expect(decisions).toEqual(['REQUIRE_APPROVAL'])
  })
})

describe('those who are told', () => {
  const listeners = ['onEvent', 'subscribe'] as const

  test.each(listeners)('a listener that throws changes no verdict: %s', async (how) => {
    const world = await openWorld({ rules, ...(how === 'onEvent' && { guard: { onEvent: fail } }) })
    if (how === 'subscribe') world.guard.subscribe(fail)
    const later: string[] = []
    world.guard.subscribe(({ type }) => later.push(type))
    for (const [verdict, prepare] of Object.entries(verdicts)) {
      const [action] = await prepare(world)
      expect((await world.guard.check(action)).decision).toBe(decisionOf(verdict))
    }
    expect(new Set(world.errors.map(({ part }) => part))).toEqual(new Set(['notifier']))
    expect(later).toContain('check')
    expect(later).toContain('approval-required')
  })

  test('a listener that rejects ends nothing, whoever is told of it', async () => {
    const rejected: unknown[] = []
    const listen = (reason: unknown): number => rejected.push(reason)
    process.on('unhandledRejection', listen)
    const world = await openWorld({ rules, guard: { onEvent: reject } })
    expect((await world.guard.check(allowed)).decision).toBe('ALLOW')
    const quiet = await openWorld({ rules, guard: { onEvent: reject, onError: reject } })
    expect((await quiet.guard.check(allowed)).decision).toBe('ALLOW')
    await new Promise((resolve) => setTimeout(resolve, 10))
    process.off('unhandledRejection', listen)
    expect(rejected).toEqual([])
    expect(world.errors).toEqual([{ part: 'notifier', error: broken }])
  })

  test('whoever is told of failures may fail too', async () => {
    const faults = { 'audit.append': reject }
    const world = await openWorld({ rules, faults, guard: { onError: fail, onEvent: fail } })
    expectDenied(await world.guard.check(allowed), 'deny:guard:audit')
    expect(await world.spent('bot')).toBe(0)
  })

  test('a URL that cannot be told is a failure of the approvals', async () => {
    const world = await openWorld({ rules, guard: { approvalUrl: fail } })
    expectDenied(await world.guard.check(asked), 'deny:guard:approvals')
    const [group] = await world.guard.pending('local')
    const approval_id = group?.approval.id as string
    expectDenied(await world.guard.check({ ...asked, approval_id }), 'deny:guard:approvals')
  })
})

describe('a clock that fails', () => {
  const clocks: Readonly<Record<string, () => number>> = {
    throws: fail,
    'says NaN': () => Number.NaN,
    'says infinity': () => Number.POSITIVE_INFINITY,
    'says what no date can hold': () => 8.64e15 + 1,
    'says nothing': () => undefined as unknown as number
  }

  test.each(Object.keys(clocks))('that %s: nothing is allowed', async (name) => {
    const world = await openWorld({ rules, guard: { now: clocks[name] as () => number } })
    for (const action of [allowed, asked, denied]) {
      expectDenied(await world.guard.check(action), 'deny:guard:clock')
    }
    expect(world.errors.map(({ part }) => part)).toEqual(['clock', 'clock', 'clock'])
    expect(await world.spent('bot')).toBe(0)
  })

  test('a clock that fails once the verdict is there changes nothing of it', async () => {
    let reads = 0
    const now = (): number => (reads++ === 0 ? noon : fail())
    const world = await openWorld({ rules, guard: { now, elapsed: () => 0 } })
    expect((await world.guard.check(allowed)).decision).toBe('ALLOW')
    const [entry] = await world.entries()
    expect(entry).toMatchObject({ timestamp: new Date(noon).toISOString(), duration_ms: 0 })
    const [told] = world.events
    expect(told).toMatchObject({ type: 'check', timestamp: noon, policyMs: 0, auditMs: 0 })
  })

  test('a clock that goes back admits nothing, and counts no time', async () => {
    const world = await openWorld({ rules })
    const dear = { ...allowed, est_cost: 6 }
    expect((await world.guard.check(dear)).decision).toBe('ALLOW')
    world.now -= 48 * 3_600_000
    expect(await world.guard.check(dear)).toMatchObject({ matched_rule: 'deny:cost:max_per_day' })
    world.now += 100 * 3_600_000
    expect((await world.guard.check(dear)).decision).toBe('ALLOW')
  })

  test('an approval does not outlive a clock that goes far back', async () => {
    const world = await openWorld({ rules })
    const approval_id = await world.approved(asked)
    world.now -= 24 * 3_600_000
    expect((await world.guard.check({ ...asked, approval_id })).decision).toBe('REQUIRE_APPROVAL')
  })
})

test('an action that cannot be read any more when it is to be written is denied, and its money given back', async () => {
  const world = await openWorld({ rules })
  let reads = 0
  const action: ActionRequest = {
    ...allowed,
    get session_id(): string {
      if (++reads > 1) throw broken
      return 's'
    }
  }
  expectDenied(await world.guard.check(action), 'deny:guard:audit')
  expect(reads).toBeGreaterThan(1)
  expect(await world.spent('bot')).toBe(0)
  expect(await world.guard.check(null as never)).toMatchObject({ decision: 'DENY' })
})

describe('an action that cannot be written as JSON', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const strange: Readonly<Record<string, object>> = {
    'a circular meta': { meta: circular },
    'a BigInt': { meta: { big: 1n } },
    'a toJSON that throws': { meta: { toJSON: fail } },
    'a cost that is no number': { est_cost: Number.NaN },
    'a cost without an end': { est_cost: Number.POSITIVE_INFINITY },
    'actions that are no list': { actions: 5 },
    'an action that is nothing': { actions: [null] }
  }
  const decisions = { ALLOW: allowed, REQUIRE_APPROVAL: asked, DENY: denied }

  test.each(
    Object.entries(strange).flatMap(([what, members]) =>
      Object.entries(decisions).map(([verdict, action]) => ({ what, members, verdict, action }))
    )
  )('$what, where $verdict would be the answer', async ({ members, action }) => {
    const world = await openWorld({ rules })
    const result = await world.guard.check({ ...action, ...members } as ActionRequest)
    expect(result.decision).toBe('DENY')
    expect(await world.spent('bot')).toBe(0)
  })

  test('a context that is no JSON binds nothing, so nothing can be approved', async () => {
    const world = await openWorld({ rules })
    const context = { cwd: circular }
    expectDenied(await world.guard.check(asked, { context }), 'deny:guard:approvals')
    expect((await world.guard.check(allowed, { context })).decision).toBe('ALLOW')
  })
})

describe('a person whose answer cannot be written down', () => {
  test('the call rejects, and the answer is in the log once it is used', async () => {
    const faults: Record<string, (call: () => unknown) => unknown> = {}
    const world = await openWorld({ rules, faults })
    const { approval_id = '' } = await world.guard.check(asked)
    faults['audit.appendEvent'] = reject
    const answer = { decision: 'ALLOW', by: 'ann' } as const
    await expect(world.guard.resolve('local', approval_id, answer)).rejects.toBe(broken)
    delete faults['audit.appendEvent']
    expect((await world.guard.check({ ...asked, approval_id })).decision).toBe('ALLOW')
    const { lines } = await world.audit.query({ kind: 'approval-consumed' })
    expect(lines).toMatchObject([{ _meta: { detail: { id: approval_id, resolved_by: 'ann' } } }])
  })

  test('a store that does not keep it rejects', async () => {
    const world = await openWorld({ rules, faults: { 'approvals.resolve': reject } })
    const { approval_id = '' } = await world.guard.check(asked)
    const answer = { decision: 'ALLOW', by: 'ann' } as const
    await expect(world.guard.resolve('local', approval_id, answer)).rejects.toBe(broken)
    expect((await world.guard.check({ ...asked, approval_id })).decision).toBe('REQUIRE_APPROVAL')
  })
})

describe('the table in SECURITY.md', () => {
  /** The rows of the guard: what happens, which part it is, what is answered. */
  function readRows(): string[][] {
    const text = readFileSync(new URL('../../../SECURITY.md', import.meta.url), 'utf8')
    const section = text.split('\n### The guard\n')[1]?.split(/\n##+ /)[0] ?? ''
    const lines = section.split('\n').filter((line) => line.startsWith('| '))
    const cells = (line: string): string[] => line.split('|').map((cell) => cell.trim())
    return lines.slice(2).map((line) => cells(line).slice(1, -1))
  }

  const told: readonly { row: string; part: GuardPart; rule: string | undefined }[] = [
    ...faults.map(({ row, part, rule, isOnlyTold, stays }) => ({
      row,
      // Giving money back is the limiter's, whatever failed before.
      part: stays === undefined ? part : ('limiter' as const),
      rule: isOnlyTold || stays !== undefined ? undefined : (rule ?? `deny:guard:${part}`)
    })),
    { row: 'the clock fails, or says no time', part: 'clock', rule: 'deny:guard:clock' },
    { row: 'a listener throws', part: 'notifier', rule: undefined }
  ]

  test('has the rows of the faults that are injected here, and no others', () => {
    const rows = readRows().map(([row, part]) => `${row}: ${part}`)
    const wanted = told.map(({ row, part }) => `${row}: \`${part}\``)
    expect(rows.toSorted()).toEqual([...new Set(wanted)].toSorted())
  })

  test('says the rule of each', () => {
    for (const { row, rule } of told) {
      const [, , answer = ''] = readRows().find(([what]) => what === row) ?? []
      if (rule === undefined) expect(answer, row).not.toContain('`deny:')
      else expect(answer, row).toContain(`\`${rule}\``)
    }
  })

  test('has every part that a verdict needs', () => {
    const parts = new Set(readRows().map(([, part]) => part))
    expect(parts).toEqual(new Set([...guardParts, 'notifier'].map((part) => `\`${part}\``)))
  })
})
