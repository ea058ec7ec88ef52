import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import type { Policy } from '../src/policy.ts'

function policyOf(rest: string): Policy {
  const compiled = compilePolicy(`version: "1"\nname: terms\n${rest}`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

describe('the rate limit of an agent', () => {
  const policy = policyOf(`rules:
  - scope: shell
    allow: [{pattern: '*'}]
  - scope: shell
    rate_limit: {max_requests: 5, window: 1m}
agents:
  own: {override: [{scope: shell, rate_limit: {max_requests: 1, window: 1s}}]}
  merged: {override: [{scope: shell, deny: [{pattern: x}]}]}
  replaced: {override_mode: replace, override: [{scope: shell, deny: [{pattern: x}]}]}
`)

  test.each([
    [undefined, 5],
    ['', 5],
    ['stranger', 5],
    ['own', 1],
    ['merged', 5],
    ['replaced', undefined]
  ])('called %s is %s', (agent, wanted) => {
    expect(policy.rateLimit('shell', agent)?.max_requests).toBe(wanted)
  })

  test('is none in another scope', () => {
    expect(policy.rateLimit('network')).toBeUndefined()
  })
})

test('the cost limits of an agent are those of its override, else those of everybody', () => {
  const policy = policyOf(`rules:
  - {scope: cost, limits: {max_per_session: '1'}}
  - {scope: cost, limits: {max_per_day: '2'}}
agents:
  own: {override: [{scope: cost, limits: {max_per_session: '9'}}]}
`)
  expect(policy.costLimits().map((limits) => Object.keys(limits))).toEqual([
    ['max_per_session'],
    ['max_per_day']
  ])
  expect(policy.costLimits('own').map((limits) => limits.max_per_session?.text)).toEqual(['9'])
})

describe('the terms of an approval', () => {
  const policy = policyOf(`approvals: {expires: 30m, quorum: 2, roles: [ops]}
rules:
  - scope: shell
    require_approval:
      - {pattern: 'ls *'}
      - {pattern: 'deploy *', expires: 5m, approvers: [release, security]}
      - {pattern: '* prod', expires: 10m, approvers: [security, cto]}
      - {pattern: 'never *', approvers: [nobody], conditions: [{require_prior: x}]}
`)
  const shell = (command: string) => ({ scope: 'shell', command })

  test('are those of the rule that matches', () => {
    expect(policy.approvalTerms(shell('deploy x'))).toEqual({
      expiresMs: 300_000,
      quorum: 2,
      approvers: ['release', 'security']
    })
  })

  test('are those of the document where no rule has any', () => {
    expect(policy.approvalTerms(shell('ls x'))).toEqual({
      expiresMs: 1_800_000,
      quorum: 2,
      approvers: ['ops']
    })
  })

  test('are those of all rules that match: the shortest time, and who is named by each', () => {
    expect(policy.approvalTerms(shell('deploy prod'))).toEqual({
      expiresMs: 300_000,
      quorum: 2,
      approvers: ['security']
    })
  })

  test('are those of all actions, in whatever order they come', () => {
    const both = [shell('ls x'), shell('deploy x')] as const
    for (const [first, second] of [both, both.toReversed()]) {
      const terms = policy.approvalTerms({ ...shell('ls'), ...first, actions: [second ?? first] })
      expect(terms.approvers).toEqual(['release', 'security'])
    }
  })

  test('count for a rule whose condition cannot be evaluated, and not where it does not hold', () => {
    const action = shell('never x')
    expect(policy.approvalTerms(action).approvers).toEqual(['nobody'])
    expect(policy.approvalTerms(action, { prior: () => 'no' }).approvers).toEqual(['ops'])
  })

  test('are none where the file says nothing', () => {
    expect(policyOf('rules: []\n').approvalTerms(shell('x'))).toEqual({})
  })
})
