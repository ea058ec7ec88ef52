import { readFileSync } from 'node:fs'
import type { Approval } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ApprovalEvent, type ApprovalStage, stageOf, transition } from '../src/index.ts'
import { freeze } from '../src/read-approval.ts'
import { approvalIn, begin, event, hour, pendingApproval, validityMs } from './lives.ts'

const documentation = readFileSync(new URL('../../../docs/approvals.md', import.meta.url), 'utf8')
const stages: readonly ApprovalStage[] = ['pending', 'approved', 'denied', 'consumed', 'expired']

/** The table of the documentation whose first header is this one: rows of cells, the header first. */
function documented(header: string): string[][] {
  const lines = documentation.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} `))
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  return lines
    .slice(start, end)
    .filter((line) => !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    )
}

/** What happened, as the documentation writes it. */
function written(approval: Approval, happened: ApprovalEvent, now: number): string {
  const step = transition(approval, happened, now)
  if (!step.ok) return `\`${step.reason}\``
  return step.changed ? `→ ${stageOf(step.approval)}` : 'as it is'
}

describe('the tables of docs/approvals.md are what `transition` does', () => {
  test('each stage and each event', () => {
    const [header = [], ...rows] = documented('stage')
    const events = header.slice(1)
    expect(rows.map(([stage]) => stage)).toEqual(stages)
    expect(events).toEqual([
      'approve',
      'deny',
      'consume',
      'consume, another action',
      'expire, time left',
      'expire, time over'
    ])
    const done = stages.map((stage) => [
      stage,
      ...events.map((name) => {
        const now = name === 'expire, time over' ? begin + hour : begin
        return written(approvalIn(stage), event(name.replace(/, time.*/, '')), now)
      })
    ])
    expect(rows).toEqual(done)
  })

  test('each kind of person, and a pending approval', () => {
    const one = pendingApproval()
    const named = pendingApproval({ approvers: ['maintainers', 'ann'] })
    const known = pendingApproval({ requestedBy: 'ann' })
    const two = pendingApproval({ quorum: 2 })
    const half = transition(two, event('approve', { by: 'ann' }), begin).approval
    const people: Record<string, [Approval, Parameters<typeof event>[1]]> = {
      'anybody, where no approvers are named': [one, {}],
      'an approver, by name': [named, { by: 'ann' }],
      'an approver, by role': [named, { by: 'bob', roles: ['maintainers'] }],
      'no approver': [named, { by: 'bob', roles: ['viewers'] }],
      'who asked': [known, { by: 'ann' }],
      'somebody unknown, where who asked is known': [known, {}],
      'somebody unknown, where two have to agree': [two, {}],
      'the first of two who have to agree': [two, { by: 'ann' }],
      'the same person again': [half, { by: 'ann' }],
      'the second of two who have to agree': [half, { by: 'bob' }]
    }
    const [header, ...rows] = documented('who answers')
    expect(header).toEqual(['who answers', 'approve', 'deny'])
    const done = Object.entries(people).map(([who, [approval, voter]]) => [
      who,
      written(approval, event('approve', voter), begin),
      written(approval, event('deny', voter), begin)
    ])
    expect(rows).toEqual(done)
  })
})

const names = ['approve', 'deny', 'consume', 'consume, another action', 'expire']
const anyEvent = fc.record({
  name: fc.constantFrom(...names),
  by: fc.constantFrom('ann', 'bob', undefined),
  after: fc.oneof(
    fc.integer({ min: -2 * hour, max: 2 * hour }),
    fc.integer({ min: -6000, max: 6000 }),
    fc.constantFrom(validityMs, hour)
  )
})
const anyAsk = fc.constantFrom({}, { quorum: 2 }, { requestedBy: 'ann' }, { approvers: ['bob'] })

describe('whatever happens, in whatever order and however the clock jumps', () => {
  const lives = fc.tuple(anyAsk, fc.array(anyEvent, { maxLength: 30 }))

  function live(
    [asked, events]: [
      Parameters<typeof pendingApproval>[0],
      { name: string; by: string | undefined; after: number }[]
    ],
    seen: (before: Approval, step: ReturnType<typeof transition>, name: string, now: number) => void
  ): void {
    let approval = freeze(pendingApproval(asked))
    let now = begin
    for (const { name, by, after } of events) {
      now += after
      const step = transition(approval, event(name, by === undefined ? {} : { by }), now)
      seen(approval, step, name, now)
      approval = freeze(step.approval)
    }
  }

  test('an end is an end', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (before, { approval, changed }) => {
          if (!['consumed', 'expired'].includes(stageOf(before))) return
          expect(changed).toBe(false)
          expect(approval).toBe(before)
        })
      })
    )
  })

  test('an answer is written once', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (before, { approval }) => {
          if (!before.resolved) return
          const { decision, resolved_at, resolved_by } = before
          expect(approval).toMatchObject({ resolved: true, decision, resolved_at })
          expect(approval.resolved_by).toBe(resolved_by)
        })
      })
    )
  })

  test('it is consumed at most once, approved, in time, and for its action', () => {
    fc.assert(
      fc.property(lives, (life) => {
        let times = 0
        live(life, (before, step, name, now) => {
          if (!step.ok || !step.changed || stageOf(step.approval) !== 'consumed') return
          times++
          expect(name).toBe('consume')
          expect(stageOf(before)).toBe('approved')
          expect(now).toBeLessThan(Date.parse(before.valid_until ?? ''))
          expect(now).toBeGreaterThanOrEqual(Date.parse(before.resolved_at) - 5_000)
        })
        expect(times).toBeLessThanOrEqual(1)
      })
    )
  })

  test('it is never approved by who asked, by too few, or by who may not', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (_, { approval }) => {
          if (approval.decision === 'ALLOW') expectRightful(approval)
        })
      })
    )
  })

  test('a refusal that changes something is a time that is over', () => {
    fc.assert(
      fc.property(lives, (life) => {
        live(life, (before, step) => {
          if (step.ok || !step.changed) return
          expect(stageOf(before)).not.toBe('expired')
          expect(stageOf(step.approval)).toBe('expired')
          expect(['expired', 'digest_mismatch']).toContain(step.reason)
        })
      })
    )
  })
})

function expectRightful(approval: Approval): void {
  const { requested_by, resolved_by, quorum = 1, votes = [], approvers } = approval
  if (requested_by !== undefined) expect(resolved_by).not.toBe(requested_by)
  if (requested_by !== undefined) expect(resolved_by).toBeDefined()
  if (quorum > 1) expect(new Set(votes.map(({ by }) => by)).size).toBe(quorum)
  if (approvers) expect(approvers).toContain(resolved_by)
}

test('times that cannot be read are over', () => {
  const broken = { ...pendingApproval(), expires_at: 'soon' }
  expect(stageOf(transition(broken, event('approve'), begin).approval)).toBe('expired')
  const later = { ...approvalIn('approved'), resolved_at: 'once' }
  expect(transition(later, event('consume'), begin)).toMatchObject({ ok: false, reason: 'expired' })
})

test('an answer that says neither yes nor no counts as no', () => {
  const { decision: _, ...unclear } = approvalIn('approved')
  expect(stageOf(unclear)).toBe('denied')
  expect(transition(unclear, event('consume'), begin)).toMatchObject({ reason: 'denied' })
})

test('an approval without a digest is of no action', () => {
  const { digest: _, ...unbound } = approvalIn('approved')
  expect(transition(unbound, event('consume'), begin)).toMatchObject({ reason: 'digest_mismatch' })
})
