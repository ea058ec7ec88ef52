import { describe, expect, test } from 'vitest'
import type { PolicyDocument, Rule, RuleSet } from '../../src/document.ts'
import { naiveClean } from './clean.ts'
import { naiveCheck } from './evaluate.ts'
import { naiveGlob, type Reading, wideText } from './glob.ts'
import { naiveDollars, naiveMicros } from './money.ts'

describe('the naive glob', () => {
  test.each([
    ['*', ''],
    ['*', '*abc'],
    ['*.com', '*.evil.com'],
    ['rm -rf *', 'rm -rf /home/u'],
    ['rm -rf *', 'rm -rf *.log'],
    ['rm -rf *', 'rm -rf '],
    ['rm -rf **', 'rm -rf home'],
    ['**/rm **', '/bin/rm -rf x'],
    ['**', ''],
    ['**', '/a/b'],
    ['/**', '/'],
    ['/etc/**', '/etc'],
    ['/etc/**', '/etc/'],
    ['/etc/*/**', '/etc/a'],
    ['/etc/*', '/etc/a/b'],
    ['**/secret/**', 'secret'],
    ['**/*.txt', 'a.txt'],
    ['**.txt', 'a.txt'],
    ['a/**b', 'a/xb'],
    ['***', 'ab'],
    ['a/***', 'a/b'],
    ['a/**/b', 'a//b'],
    ['a/**/**/b', 'a/b'],
    ['a/**/b/**/c', 'a/x/b/y/b/z/c'],
    ['**/', 'a/'],
    ['a?b', 'a/b'],
    ['?', 'é'],
    ['?', '😀'],
    ['[abc]', '[abc]'],
    ['\\*', '\\abc'],
    ['x*y', 'x*zy'],
    ['', '']
  ])('%j matches %j', (pattern, text) => {
    expect(naiveGlob(pattern, text)).toBe(true)
  })

  test.each([
    ['rm -rf *', 'rm -rf'],
    ['ls *', 'ls; rm -rf /'],
    ['rm -rf **', 'rm -rf /home'],
    ['**/rm **', '/bin/rm -rf /'],
    ['/**', ''],
    ['/**', 'a'],
    ['/etc/**', '/etcetera'],
    ['/etc/**', '//etc/passwd'],
    ['/etc/*/**', '/etc'],
    ['**/secret/**', '/notsecret/x'],
    ['**.txt', 'a/b.txt'],
    ['a/**b', 'a/x/b'],
    ['***', 'a/b'],
    ['a/***', 'a/b/c'],
    ['**/', 'a'],
    ['a/?/b', 'a//b'],
    ['??', 'é'],
    ['?*', ''],
    ['[abc]', 'a'],
    ['\\*', '*'],
    ['', 'a'],
    ['*.foo.com', 'foo.com']
  ])('%j does not match %j', (pattern, text) => {
    expect(naiveGlob(pattern, text)).toBe(false)
  })

  const wide = (pattern: string, text: string): boolean =>
    wideText.some((reading: Reading) => naiveGlob(pattern, text, reading))

  test.each([
    ['[abc]', 'b', true],
    ['[abc]', 'd', false],
    ['[abc]', '[abc]', true],
    ['x[0-9]*', 'x7y', true],
    ['[!x]', 'y', true],
    ['[^x]', 'x', false],
    ['[a', '[a', true],
    ['[]', '[]', true],
    ['curl **', 'curl http://evil/x', true],
    ['a[b]**', 'ab/c/d', true]
  ])('read widely: %j, %j: %j', (pattern, text, matches) => {
    expect(wide(pattern, text)).toBe(matches)
  })
})

test.each([
  ['', '.'],
  ['./a/./b', 'a/b'],
  ['a/..', '.'],
  ['/..', '/'],
  ['/a/../../x', '/x'],
  ['a/../../x', '../x'],
  ['//tmp', '/tmp'],
  ['**/../x', 'x'],
  ['/w/', '/w']
])('the naive cleaner makes %j %j', (path, clean) => {
  expect(naiveClean(path)).toBe(clean)
})

test('naive money rounds costs up and prints halves to even', () => {
  expect([0.1, 0.1000001, 1e-7, 5e20, Number.NaN].map(naiveMicros)).toEqual([
    100_000n,
    100_001n,
    1n,
    500_000_000_000_000_000_000_000_000n,
    undefined
  ])
  expect([0.125, 0.375, 5.004, -1, -0.001, 0, 1e22].map(naiveDollars)).toEqual([
    '$0.12',
    '$0.38',
    '$5.00',
    '$-1.00',
    '$-0.00',
    '$0.00',
    '$10000000000000000000000.00'
  ])
})

describe('the naive evaluator', () => {
  const rule = (fields: Partial<Rule>): Rule => ({
    action: '',
    pattern: '',
    paths: [],
    domain: '',
    message: '',
    conditions: [],
    line: 1,
    column: 1,
    ...fields
  })
  const ruleSet = (scope: string, fields: Partial<RuleSet>): RuleSet => ({
    scope,
    allow: [],
    deny: [],
    require_approval: [],
    matching: 'effects',
    line: 1,
    ...fields
  })
  const policy = (rules: RuleSet[], agents: PolicyDocument['agents'] = new Map()): PolicyDocument =>
    ({ rules, agents }) as unknown as PolicyDocument
  const conditional = { conditions: [{ require_prior: 'x', time_window: '', windowMs: 1 }] }

  test('what no rule allows is denied', () => {
    expect(naiveCheck(policy([]), { scope: 'shell', command: 'ls' })).toMatchObject({
      decision: 'DENY',
      matched_rule: undefined
    })
  })

  test('a denial in a later rule set wins', () => {
    const document = policy([
      ruleSet('shell', { allow: [rule({ pattern: 'ls *' })] }),
      ruleSet('shell', { deny: [rule({ pattern: 'ls -la*', message: 'no' })] })
    ])
    expect(naiveCheck(document, { scope: 'shell', command: 'ls -la' })).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:shell:ls -la*',
      reason: 'no'
    })
  })

  test('allow rules narrow by every test, restrictive ones match on any', () => {
    const both = rule({ action: 'GET', domain: 'good.com' })
    const request = { scope: 'network', action: 'GET', domain: 'bad.com' }
    const decide = (fields: Partial<RuleSet>): string =>
      naiveCheck(policy([ruleSet('network', fields)]), request).matched_rule ?? 'default'
    expect(decide({ allow: [both] })).toBe('default')
    expect(decide({ allow: [{ ...both, match: 'any' }] })).toBe('allow:network:GET')
    expect(decide({ deny: [both] })).toBe('deny:network:GET')
    expect(decide({ deny: [{ ...both, match: 'all' }] })).toBe('default')
  })

  test('what an unknown condition would restrict is not allowed', () => {
    const request = { scope: 'shell', command: 'ls' }
    const allow = [rule({ pattern: '*' })]
    const decide = (fields: Partial<RuleSet>): string =>
      naiveCheck(policy([ruleSet('shell', fields)]), request).decision
    expect(decide({ allow, deny: [rule({ pattern: 'ls', ...conditional })] })).toBe('DENY')
    expect(decide({ allow: [rule({ pattern: '*', ...conditional })] })).toBe('DENY')
    const asked = [rule({ pattern: 'l*' })]
    const denied = [rule({ pattern: 'ls', ...conditional })]
    expect(decide({ allow, require_approval: asked, deny: denied })).toBe('REQUIRE_APPROVAL')
  })

  test('an override replaces the allowances and adds to the rest', () => {
    const base = ruleSet('shell', {
      allow: [rule({ pattern: '*' })],
      deny: [rule({ pattern: 'rm *' })]
    })
    const override = ruleSet('shell', { allow: [rule({ pattern: 'ls*' })] })
    const decide = (override_mode: 'merge' | 'replace', command: string): string =>
      naiveCheck(
        policy([base], new Map([['bot', { override: [override], override_mode, line: 1 }]])),
        { scope: 'shell', command, agent_id: 'bot' }
      ).matched_rule ?? 'default'
    expect(decide('merge', 'ls')).toBe('allow:shell:ls*')
    expect(decide('merge', 'cat')).toBe('default')
    expect(decide('merge', 'rm x')).toBe('deny:shell:rm *')
    expect(decide('replace', 'rm x')).toBe('default')
  })

  test('a path that is not known, or that climbs, is not allowed', () => {
    const document = policy([
      ruleSet('filesystem', { allow: [rule({ action: 'read', paths: ['**'] })] })
    ])
    const decide = (path: string): string | undefined =>
      naiveCheck(document, { scope: 'filesystem', action: 'read', path }).matched_rule
    expect(decide('/a')).toBe('allow:filesystem:read')
    expect(decide('')).toBe('require_approval:filesystem:unknown_effect')
    expect(decide('a/../../b')).toBe('deny:filesystem:path_traversal')
  })

  test('limits come beside the rule lists', () => {
    const limits = {
      max_per_action: { text: '$2', micros: 2_000_000 },
      alert_threshold: { text: '$1', micros: 1_000_000 }
    }
    const decide = (est_cost: number, fields: Partial<RuleSet> = {}): string | undefined =>
      naiveCheck(policy([ruleSet('cost', { limits, ...fields })]), {
        scope: 'cost',
        command: 'buy',
        est_cost
      }).matched_rule
    expect(decide(1)).toBe('allow:cost:within_limits')
    expect(decide(1.000_000_1)).toBe('require_approval:cost:alert_threshold')
    expect(decide(3)).toBe('deny:cost:max_per_action')
    expect(decide(-1)).toBe('deny:cost:negative_value')
    expect(decide(Number.NaN)).toBe('deny:cost:out_of_range')
    expect(decide(1, { deny: [rule({ pattern: 'buy' })] })).toBe('deny:cost:buy')
    expect(decide(3, { deny: [rule({ pattern: 'buy' })] })).toBe('deny:cost:max_per_action')
  })
})
