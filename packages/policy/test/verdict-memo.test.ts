import type { ActionRequest } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoKey, VerdictMemo } from '../src/engine/verdict-memo.ts'
import type { EffectContext, Facts, Truth } from '../src/index.ts'
import { compilePolicy } from '../src/index.ts'
import { createPolicy, type Policy } from '../src/policy.ts'
import { requestFor, requestPlans } from './arbitrary/action.ts'
import { documents } from './arbitrary/document.ts'
import { facts } from './arbitrary/facts.ts'
import { runs } from './arbitrary/runs.ts'

const past = (truth: Truth): Facts => ({ prior: () => truth })

function policyOf(rules: string, context?: EffectContext): Policy {
  const compiled = compilePolicy(
    `version: "1"\nname: memo\nrules: ${rules}`,
    context && { context }
  )
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

describe('a verdict that is remembered', () => {
  test('is the one that a policy without a memory gives, whatever was asked before and by whom', () => {
    const asked = fc.array(fc.tuple(requestPlans, facts, fc.nat(2)), {
      minLength: 2,
      maxLength: 12
    })
    fc.assert(
      fc.property(documents, asked, (document, questions) => {
        const policy = createPolicy(document, {})
        for (const [plan, known, agent] of [...questions, ...questions.toReversed()]) {
          const action = { ...requestFor(document, plan), agent_id: `agent-${agent}` }
          expect(policy.check(action, known)).toEqual(
            createPolicy(document, {}).check(action, known)
          )
        }
      }),
      runs(300)
    )
  })

  test('is given again as the same object, which nobody can change', () => {
    const policy = policyOf("[{scope: shell, allow: [{pattern: 'ls *'}]}]")
    const verdict = policy.check({ scope: 'shell', command: 'ls -la', session_id: 'one' })
    expect(policy.check({ scope: 'shell', command: 'ls -la', session_id: 'two' })).toBe(verdict)
    expect(Object.isFrozen(verdict)).toBe(true)
  })

  test('does not hold for what depends on the past', () => {
    const policy = policyOf(
      "[{scope: shell, allow: [{pattern: 'ls', conditions: [{require_prior: 'git pull', time_window: 1h}]}]}]"
    )
    const action = { scope: 'shell', command: 'ls' }
    expect(policy.check(action, past('yes')).decision).toBe('ALLOW')
    expect(policy.check(action, past('no')).decision).toBe('DENY')
    expect(policy.check(action, past('yes')).decision).toBe('ALLOW')
  })

  test('does not hold where a link may lead somewhere else by now', () => {
    let real = '/work/a'
    const policy = policyOf("[{scope: filesystem, allow: [{action: read, paths: ['/work/**']}]}]", {
      resolve: () => real
    })
    const action = { scope: 'filesystem', action: 'read', path: '/work/a' }
    expect(policy.check(action).decision).toBe('ALLOW')
    real = '/etc/shadow'
    expect(policy.check(action).decision).not.toBe('ALLOW')
  })

  test('does not hold for another place', () => {
    const policy = policyOf("[{scope: filesystem, allow: [{action: read, paths: ['/work/**']}]}]", {
      cwd: '/work'
    })
    const action = { scope: 'filesystem', action: 'read', path: 'a' }
    expect(policy.check(action).decision).toBe('ALLOW')
    expect(policy.check(action, undefined, { cwd: '/etc' }).decision).toBe('DENY')
  })
})

describe('what makes two actions the same', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '1', ':', '-', '\0') })
  const members = [
    'scope',
    'action',
    'command',
    'path',
    'domain',
    'url',
    'unknown_effect',
    'agent_id'
  ]
  const actions = fc
    .record(Object.fromEntries(members.map((name) => [name, texts])), {
      requiredKeys: ['scope']
    })
    .map((action) => action as unknown as ActionRequest)

  test('is every member that a verdict can depend on', () => {
    fc.assert(
      fc.property(actions, actions, (one, other) => {
        const isSame = members.every((name) => one[name as 'scope'] === other[name as 'scope'])
        expect(memoKey(one) === memoKey(other)).toBe(isSame)
      })
    )
  })

  test.each([
    ['costs something', { est_cost: 1 }],
    ['costs what is no number', { est_cost: Number.NaN }],
    ['amounts to others', { actions: [{ scope: 'shell', command: 'ls' }] }],
    ['has a member of another type', { command: ['ls'] }],
    ['is long', { command: 'a'.repeat(3000) }]
  ])('is not known of an action that %s', (_, more) => {
    expect(memoKey({ scope: 'shell', ...more } as unknown as ActionRequest)).toBeUndefined()
  })
})

describe('the memory', () => {
  const verdict = (reason: string) => ({ decision: 'DENY', reason }) as const

  test('keeps what is asked for again, and forgets the rest, however much is asked', () => {
    const memo = new VerdictMemo()
    memo.set('often', verdict('often'))
    memo.set('once', verdict('once'))
    for (let index = 0; index < 20_000; index++) {
      memo.set(`key ${index}`, verdict('other'))
      expect(memo.get('often')).toEqual(verdict('often'))
    }
    expect(memo.get('once')).toBeUndefined()
    expect(memo.get('key 0')).toBeUndefined()
    expect(memo.get('key 19999')).toEqual(verdict('other'))
  })
})
