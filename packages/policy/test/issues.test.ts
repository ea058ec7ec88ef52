import { describe, expect, test } from 'vitest'
import type { PolicyIssue } from '../src/issue.ts'
import { loadPolicy } from '../src/load/load-policy.ts'

const head = 'version: "1"\nname: example\n'

function issuesOf(text: string): readonly PolicyIssue[] {
  const loaded = loadPolicy(text)
  return loaded.ok ? [] : loaded.issues
}

function codesOf(text: string): string[] {
  return issuesOf(text).map(({ code }) => code)
}

describe('issues', () => {
  test('all of a file are reported at once, what the reference says first, the rest in file order', () => {
    const text = `version: "1"
naem: example
rules:
  - scope: shell
    dney: [{pattern: 'rm *'}]
    allow: [{pattern: ls, conditions: [{require_prior: x, time_window: soon}]}]
  - scope: cost
    limits: {max_per_session: NaN}
agents:
  bot: {override_mode: Replace}
`
    expect(issuesOf(text)).toEqual([
      {
        code: 'missing_name',
        path: 'name',
        line: 1,
        column: 1,
        message: "policy missing required 'name' field"
      },
      {
        code: 'unknown_key',
        path: 'naem',
        line: 2,
        column: 1,
        message: 'unknown key `naem`, did you mean `name`?',
        suggestion: 'name'
      },
      {
        code: 'unknown_key',
        path: 'rules[0].dney',
        line: 5,
        column: 5,
        message: 'rules[0]: unknown key `dney`, did you mean `deny`?',
        suggestion: 'deny'
      },
      {
        code: 'invalid_duration',
        path: 'rules[0].allow[0].conditions[0].time_window',
        line: 6,
        column: 72,
        message: 'rules[0](shell).allow[0].conditions[0].time_window: time: invalid duration "soon"'
      },
      {
        code: 'invalid_limit',
        path: 'rules[1].limits.max_per_session',
        line: 8,
        column: 31,
        message: 'rules[1](cost).limits.max_per_session: must be a finite number >= 0, got "NaN"'
      },
      {
        code: 'invalid_override_mode',
        path: 'agents.bot.override_mode',
        line: 10,
        column: 24,
        message: 'agents.bot.override_mode: expected `merge` or `replace`, got `Replace`'
      }
    ])
  })

  test.each([
    ['alow', 'allow'],
    ['Allow', 'allow'],
    ['requireApproval', 'require_approval'],
    ['require-approval', 'require_approval'],
    ['rate_limits', 'rate_limit'],
    ['scop', 'scope']
  ])('the likely key of %s is %s', (key, suggestion) => {
    expect(issuesOf(`${head}rules: [{${key}: ~}]`)).toMatchObject([
      { code: 'unknown_key', suggestion }
    ])
  })

  test('a key that is like no other has no suggestion but the choice', () => {
    const [issue] = issuesOf(`${head}tool_scope_map: [{pattern: x, scope: shell, whatever: 1}]`)
    expect(issue).not.toHaveProperty('suggestion')
    expect(issue?.message).toBe(
      'tool_scope_map[0]: unknown key `whatever`, expected `pattern` or `scope`'
    )
  })

  test('`x-` keys are allowed in every map, and an agent may be called anything', () => {
    const text = `${head}x-note: 1
rules: [{scope: shell, x-note: [{a: 1}], allow: [{pattern: ls, x-note: 1}]}]
agents: {x-ray: {}, __proto__: {override_mode: replace}, constructor: {x-note: 1}}
`
    const loaded = loadPolicy(text)
    expect(loaded.ok && [...loaded.document.agents.keys()]).toEqual([
      'x-ray',
      '__proto__',
      'constructor'
    ])
  })

  test('a top-level key may hold an anchor if something uses it', () => {
    const used = `${head}base: &b [{pattern: ls}]\nrules: [{scope: shell, allow: *b}]\n`
    expect(codesOf(used)).toEqual([])
    expect(codesOf(`${head}base: &b [{pattern: ls}]\n`)).toEqual(['unknown_key'])
    const nested = `${head}rules: [{scope: shell, alow: &b [], allow: *b}]\n`
    expect(codesOf(nested)).toEqual(['unknown_key'])
  })

  test('what several aliases repeat is said once, at the anchor', () => {
    const text = `${head}x-rule: &r {patern: ls}\nrules: [{scope: shell, allow: [*r, *r], deny: [*r]}]\n`
    expect(issuesOf(text)).toMatchObject([{ code: 'unknown_key', line: 3, column: 13 }])
  })

  test('a merged key is overridden by the key of the map itself, null included', () => {
    const text = `${head}x-rule: &r {action: read, message: hi}
rules:
  - scope: filesystem
    deny: [{<<: *r, action: write}, {action: ~, <<: [{message: first}, *r]}]
`
    const loaded = loadPolicy(text)
    const [ruleSet] = loaded.ok ? loaded.document.rules : []
    expect(ruleSet?.deny.map(({ action, message }) => [action, message])).toEqual([
      ['write', 'hi'],
      ['', 'first']
    ])
  })

  test.each([
    ['a key twice', 'rules: []\nrules: []', 'duplicate_key', 4, 1],
    ['a merge of a text', 'rules: [{<<: x}]', 'invalid_merge', 3, 14],
    ['a text for a list', 'rules: x', 'wrong_kind', 3, 8],
    ['a list for a text', 'rules: [{scope: [a]}]', 'wrong_kind', 3, 17],
    ['a list as key', 'rules: [{? [a] : b}]', 'wrong_kind', 3, 12],
    ['an unknown anchor', 'rules: *nope', 'unknown_anchor', 3, 8],
    ['an anchor that contains itself', 'rules: &r [{allow: *r}]', 'recursive_anchor', 3, 20],
    [
      'a number of requests that is text',
      'rules: [{rate_limit: {max_requests: "3", window: 1m}}]',
      'wrong_kind',
      3,
      37
    ]
  ])('%s is an issue at its place', (_, text, code, line, column) => {
    expect(issuesOf(head + text)).toContainEqual(
      expect.objectContaining({
        code,
        line,
        column,
        message: expect.stringMatching(/^parsing policy YAML: /)
      })
    )
  })

  test.each([
    ['an unknown class', 'network', 'deny', '{class: cloud}', 'invalid_class'],
    ['an unknown match', 'shell', 'deny', '{match: some}', 'invalid_match'],
    ['a regex that does not compile', 'shell', 'deny', "{regex: '(?=x)'}", 'invalid_regex'],
    ['an empty regex', 'shell', 'deny', "{regex: ''}", 'invalid_regex'],
    ['an expiry that is none', 'shell', 'require_approval', '{expires: 1d}', 'invalid_expires'],
    ['an expiry of zero', 'shell', 'require_approval', '{expires: 0s}', 'invalid_expires'],
    ['no approvers', 'shell', 'require_approval', '{approvers: []}', 'invalid_approvers'],
    ['an empty approver', 'shell', 'require_approval', "{approvers: ['']}", 'invalid_approvers'],
    ['an expiry of a denial', 'shell', 'deny', '{expires: 1m}', 'misplaced_key'],
    ['approvers of an allowance', 'shell', 'allow', '{approvers: [a]}', 'misplaced_key'],
    ['a class of hosts without hosts', 'shell', 'deny', '{class: private}', 'misplaced_key']
  ])('%s is an issue', (_, scope, kind, rule, code) => {
    expect(codesOf(`${head}rules: [{scope: ${scope}, ${kind}: [${rule}]}]`)).toEqual([code])
  })

  test.each([
    ['rules: [{matching: exact}]', 'invalid_matching'],
    ['rules: [{rate_limit: {max_requests: 1, window: 1m, burst: 0}}]', 'invalid_burst'],
    ['rules: [{scope: shell, limits: {max_per_day: $1}}]', 'misplaced_key'],
    ['approvals: {quorum: 0}', 'invalid_quorum'],
    ['approvals: {roles: []}', 'invalid_roles'],
    ['approvals: {expires: never}', 'invalid_expires'],
    ['agents: {a: {override: [{scope: s}, {scope: t}, {scope: s}]}}', 'duplicate_override_scope']
  ])('%s is an issue', (text, code) => {
    expect(codesOf(head + text)).toEqual([code])
  })

  test('the new keys are decoded', () => {
    const text = `${head}rules:
  - scope: network
    matching: literal
    rate_limit: {max_requests: 60, window: 60s, burst: 10}
    deny: [{class: metadata, match: all, regex: '(?i)evil'}]
    require_approval: [{domain: '*', expires: 15m, approvers: [ops, 7]}]
  - scope: cost
    limits: {max_per_day: $10, max_per_month: 100.0000001, max_per_action: 0}
approvals: {expires: 1h, quorum: 2, roles: [admin]}
`
    const loaded = loadPolicy(text)
    const document = loaded.ok ? loaded.document : undefined
    const hour = { text: '1h', ms: 3_600_000, formatted: '1h0m0s' }
    const quarter = { text: '15m', ms: 900_000, formatted: '15m0s' }
    expect(document?.approvals).toEqual({ expires: hour, quorum: 2, roles: ['admin'] })
    expect(document?.rules[0]).toMatchObject({
      matching: 'literal',
      line: 4,
      rate_limit: {
        max_requests: 60,
        window: { text: '60s', ms: 60_000, formatted: '1m0s' },
        burst: 10
      },
      deny: [{ class: 'metadata', match: 'all', regex: '(?i)evil', line: 7 }],
      require_approval: [{ expires: quarter, approvers: ['ops', '7'], line: 8 }]
    })
    expect(document?.rules[1]?.limits).toEqual({
      max_per_day: { text: '$10', micros: 10_000_000 },
      max_per_month: { text: '100.0000001', micros: 100_000_000 }
    })
  })

  test('another version loads with a warning', () => {
    const loaded = loadPolicy('version: 2\nname: example\n')
    expect(loaded.ok && loaded.warnings).toEqual([
      {
        code: 'unknown_version',
        path: 'version',
        line: 1,
        column: 10,
        message: 'version `2` is not known, the file is read as version `1`'
      }
    ])
  })
})
