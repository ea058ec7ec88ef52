import type { ActionRequest } from '@agentguard/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import type { PolicyDocument, Rule, RuleKind, RuleSet } from '../src/document.ts'
import type { Truth } from '../src/index.ts'
import type { PolicyIssue } from '../src/issue.ts'
import { lintPolicy } from '../src/lint/lint-policy.ts'
import { createPolicy } from '../src/policy.ts'
import { documentOf } from './arbitrary/document.ts'
import { runs } from './arbitrary/runs.ts'

/** The warnings about these rule sets, written as a YAML flow list in line 3. */
function warningsOf(rules: string, rest = ''): readonly PolicyIssue[] {
  const compiled = compilePolicy(`version: "1"\nname: lint\nrules: ${rules}\n${rest}`)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.warnings
}

/** The codes of the warnings about the rules of one list. */
function codesOf(scope: string, kind: RuleKind, ...rules: string[]): string[] {
  return warningsOf(`[{scope: ${scope}, ${kind}: [${rules.join(', ')}]}]`).map(({ code }) => code)
}

const override = (rules: string): string => `agents: {bot: {override: ${rules}}}`

describe('where a warning is', () => {
  const text = `version: "1"
name: lint
rules:
  - scope: shell
    deny:
      - pattern: 'rm [a-z]'
    allow:
      - message: nothing
agents:
  bot:
    override:
      - scope: filesystem
        allow:
          - action: read
            paths: ['*', /tmp/*]
`

  test('each warning names its place, and they are in the order of the file', () => {
    const compiled = compilePolicy(text)
    expect(compiled.ok && compiled.warnings.map(({ message, ...place }) => place)).toEqual([
      { code: 'class_in_pattern', path: 'rules[0].deny[0]', line: 6, column: 9 },
      { code: 'never_matches', path: 'rules[0].allow[0]', line: 8, column: 9 },
      { code: 'bare_star', path: 'agents.bot.override[0].allow[0]', line: 14, column: 13 },
      {
        code: 'recursive_star',
        path: 'agents.bot.override[0].allow[0].paths[1]',
        line: 15,
        column: 26
      }
    ])
  })

  test('a warning names the rule as verdicts do', () => {
    const [first, second] = warningsOf(
      "[{scope: shell, deny: [{pattern: 'rm [a-z]'}], allow: [{}]}]"
    )
    expect(first?.message).toMatch(/^deny rule `rm \[a-z\]` of scope `shell`: /)
    expect(second?.message).toMatch(/^allow rule of scope `shell`: /)
  })

  test('a policy without anything doubtful has no warnings', () => {
    expect(
      warningsOf(
        "[{scope: shell, deny: [{pattern: 'rm *'}], allow: [{pattern: 'ls *'}]}, {scope: filesystem, allow: [{action: read, paths: [/srv/**]}]}]"
      )
    ).toEqual([])
  })
})

describe('never_matches', () => {
  test.each(['deny', 'require_approval', 'allow'] as const)(
    '%s: a rule that asks for nothing is warned of',
    (kind) => {
      expect(warningsOf(`[{scope: shell, ${kind}: [{message: no}]}]`)).toMatchObject([
        {
          code: 'never_matches',
          message: `${kind} rule of scope \`shell\`: a rule without \`action\`, \`pattern\`, \`paths\`, \`domain\`, \`class\` or \`regex\` never matches`
        }
      ])
    }
  )

  test.each(['action: a', 'pattern: a', 'domain: a', 'class: public', 'regex: a'])(
    'an allow rule with only %s is not warned of',
    (field) => expect(codesOf('x', 'allow', `{${field}}`)).toEqual([])
  )

  test('paths without an action are warned of in an allow rule only', () => {
    expect(codesOf('filesystem', 'allow', '{paths: [/a]}')).toEqual(['never_matches'])
    expect(codesOf('filesystem', 'allow', '{paths: [/a], pattern: x}')).toEqual(['never_matches'])
    expect(codesOf('filesystem', 'deny', '{paths: [/a]}')).toEqual([])
    expect(codesOf('filesystem', 'require_approval', '{paths: [/a]}')).toEqual([])
  })

  test('an override whose paths all climb is warned of, in scope filesystem only', () => {
    const climbing = (scope: string, paths: string): string[] =>
      warningsOf(
        '[]',
        override(`[{scope: ${scope}, deny: [{action: read, paths: [${paths}]}]}]`)
      ).map(({ code }) => code)
    expect(climbing('filesystem', '../x, a/../../y')).toEqual(['never_matches'])
    expect(climbing('filesystem', '../x, y')).toEqual([])
    expect(climbing('filesystem', '..x')).toEqual([])
    expect(climbing('other', '../x')).toEqual([])
  })

  test('a path that is not what it reads as is warned of', () => {
    expect(codesOf('filesystem', 'deny', "{action: read, paths: ['**/../x', /a/b]}")).toEqual([
      'climbing_path'
    ])
  })

  test('a rule with climbing paths that another of its tests lets match is not warned of', () => {
    const rule = '{action: read, paths: [../x], pattern: cat}'
    expect(
      warningsOf('[]', override(`[{scope: filesystem, deny: [${rule}]}]`)).map(({ code }) => code)
    ).not.toContain('never_matches')
  })

  test('a rule that never matches has no finer points', () => {
    expect(codesOf('filesystem', 'allow', "{paths: ['*', 'a[b]']}")).toEqual(['never_matches'])
  })
})

describe('bare_star', () => {
  test('the path `*` in an allow rule is warned of', () => {
    expect(
      warningsOf("[{scope: filesystem, allow: [{action: read, paths: [/a, '*']}]}]")
    ).toMatchObject([
      {
        code: 'bare_star',
        message:
          'allow rule `read` of scope `filesystem`: the path `*` allows every path at any depth; write `**` if that is meant'
      }
    ])
  })

  test('other stars, and the path `*` in a restrictive rule, are not', () => {
    expect(codesOf('filesystem', 'allow', "{action: read, paths: ['**', a*]}")).toEqual([])
    expect(codesOf('filesystem', 'deny', "{action: read, paths: ['*']}")).toEqual([])
    expect(codesOf('shell', 'allow', "{pattern: '*'}")).toEqual([])
  })
})

describe('class_in_pattern', () => {
  test.each(["pattern: 'a[0-9]'", "domain: 'a[!x].com'", "action: read, paths: ['/a[bc]']"])(
    'brackets in %s are warned of',
    (fields) => {
      expect(codesOf('x', 'deny', `{${fields}}`)).toEqual(['class_in_pattern'])
      expect(codesOf('x', 'allow', `{${fields}}`)).toEqual(['class_in_pattern'])
    }
  )

  test('the warning says how the rule reads the brackets', () => {
    const message = (kind: string): string | undefined =>
      warningsOf(`[{scope: x, ${kind}: [{pattern: 'a[b]'}]}]`)[0]?.message
    expect(message('allow')).toContain('`[…]` in `a[b]` is literal text in an allow rule; `regex`')
    expect(message('deny')).toContain('is read both as literal text and as a class of characters')
  })

  test.each([
    "pattern: 'a[]'",
    "pattern: 'a]b['",
    "pattern: 'a[b'",
    "regex: '[ab]'",
    "action: '[ab]'"
  ])('%s has no class in a pattern', (fields) =>
    expect(codesOf('x', 'deny', `{${fields}}`)).toEqual([])
  )
})

describe('wide_fields', () => {
  test('a restrictive rule with several fields and no `match` is warned of', () => {
    const rule = '{pattern: a, action: b, domain: c, class: public, regex: d}'
    expect(warningsOf(`[{scope: x, require_approval: [${rule}]}]`)).toMatchObject([
      {
        code: 'wide_fields',
        message:
          'require_approval rule `a` of scope `x`: each of `pattern`, `action`, `domain`, `class`, `regex` is enough by itself for this rule to match; write `match: all` if all must hold, or `match: any` if this is meant'
      }
    ])
  })

  test('the same rule is not warned of when it says what it means, or allows', () => {
    expect(codesOf('x', 'deny', '{pattern: a, domain: b, match: any}')).toEqual([])
    expect(codesOf('x', 'deny', '{pattern: a, domain: b, match: all}')).toEqual([])
    expect(codesOf('x', 'allow', '{pattern: a, domain: b}')).toEqual([])
  })

  test('an action with its paths is one field', () => {
    expect(codesOf('x', 'deny', '{action: read, paths: [/a]}')).toEqual([])
    expect(codesOf('x', 'deny', '{paths: [/a], domain: b}')).toEqual(['wide_fields'])
  })
})

describe('recursive_star', () => {
  test('a star in a path with slashes is warned of, in the words of the reference', () => {
    expect(
      warningsOf('[{scope: filesystem, allow: [{action: read, paths: [/workspace/*]}]}]')
    ).toEqual([
      {
        code: 'recursive_star',
        path: 'rules[0].allow[0].paths[0]',
        line: 3,
        column: 60,
        message:
          "policy: rules(allow) path pattern \"/workspace/*\": '*' matches recursively across '/' (e.g. it also matches nested paths like \"/workspace\"/sub/secret.env). Use '**' if recursion is intended, or a more specific pattern otherwise."
      }
    ])
  })

  test('an override is named as the owner of its paths', () => {
    const rules = '[{scope: filesystem, deny: [{action: read, paths: [/a/*]}]}]'
    expect(warningsOf('[]', override(rules))[0]?.message).toMatch(
      /^policy: agents\.bot\.override\(deny\) path pattern/
    )
  })

  test.each(['/a/**', 'a*', '/a/b', '**/*.txt', '/a/?'])('the path %s is not warned of', (path) => {
    expect(codesOf('filesystem', 'deny', `{action: read, paths: ['${path}']}`)).toEqual([])
  })
})

describe('shadowed', () => {
  /** Whether the second of two rules, in lists of these kinds, is reported. */
  function isShadowed(
    first: string,
    second: string,
    kinds = 'deny deny',
    scope = 'shell'
  ): boolean {
    const [one, other] = kinds.split(' ')
    const sets = `[{scope: ${scope}, ${one}: [${first}]}, {scope: ${scope}, ${other}: [${second}]}]`
    const shadowed = warningsOf(sets).filter(({ code }) => code === 'shadowed')
    return shadowed.some(({ path }) => path.startsWith('rules[1]'))
  }

  test('a rule under a wider, earlier one of its kind is warned of, with the line of the other', () => {
    const rules = `
  - scope: shell
    deny:
      - pattern: 'git *'
      - pattern: 'git push *'`
    expect(warningsOf(rules)).toMatchObject([
      {
        code: 'shadowed',
        path: 'rules[0].deny[1]',
        line: 7,
        message:
          'deny rule `git push *` of scope `shell`: never decides, since the deny rule `git *` in line 6 matches all that it matches'
      }
    ])
  })

  test.each([
    ["{pattern: '*'}", "{pattern: 'ls'}"],
    ["{pattern: 'ls'}", "{pattern: 'ls'}"],
    ["{pattern: 'ls*'}", "{pattern: 'ls -?'}"],
    ["{pattern: '*'}", "{pattern: 'ls **'}"],
    ["{domain: '*.com'}", "{domain: '*.evil.com'}"],
    ['{action: read}', '{action: read}'],
    ['{paths: [/a/**]}', '{action: read, paths: [/a/b, /a/c/**]}'],
    ["{action: read, paths: ['**']}", '{action: read, paths: [/x/./y]}']
  ])('%s covers %s', (first, second) => {
    expect(isShadowed(first, second)).toBe(true)
  })

  test.each([
    ["{pattern: 'git *'}", "{pattern: 'git'}"],
    ["{pattern: 'git push'}", "{pattern: 'git *'}"],
    ["{pattern: 'ls ?'}", "{pattern: 'ls ?'}"],
    ["{pattern: 'x*'}", "{pattern: 'x**'}"],
    ["{pattern: '*'}", "{domain: '*'}"],
    ["{pattern: '*'}", '{regex: a}'],
    ["{pattern: '*'}", '{pattern: a, domain: b}'],
    ["{pattern: '*', domain: '*', match: all}", '{pattern: a}'],
    ["{pattern: '*', conditions: [{require_prior: x}]}", '{pattern: a}'],
    ['{action: read, paths: [/a/**]}', '{paths: [/a/b]}'],
    ['{action: read, paths: [/a/**]}', '{action: write, paths: [/a/b]}'],
    ['{action: read, paths: [/a/**]}', '{action: read, paths: [/a/b, /c]}']
  ])('%s does not cover %s', (first, second) => {
    expect(isShadowed(first, second)).toBe(false)
  })

  test('a stricter rule covers wherever it stands, a laxer one never', () => {
    const [wide, narrow] = ["{pattern: '*'}", '{pattern: a}']
    expect(isShadowed(wide, narrow, 'require_approval allow')).toBe(true)
    expect(isShadowed(wide, narrow, 'allow deny')).toBe(false)
    expect(isShadowed(narrow, wide, 'allow deny')).toBe(false)
    expect(
      warningsOf(`[{scope: x, allow: [${narrow}]}, {scope: x, deny: [${wide}]}]`)
    ).toMatchObject([{ code: 'shadowed', path: 'rules[0].allow[0]' }])
  })

  test('a rule of another scope covers nothing', () => {
    expect(
      warningsOf("[{scope: shell, deny: [{pattern: '*'}]}, {scope: data, deny: [{pattern: a}]}]")
    ).toEqual([])
  })

  test('a text that a class spells in brackets does not stand for the characters of the class', () => {
    expect(isShadowed("{pattern: '*a*'}", "{pattern: '[ab]'}")).toBe(false)
    expect(isShadowed("{domain: '*ab*'}", "{domain: '[ab].com'}")).toBe(false)
    expect(isShadowed("{paths: ['*a*']}", "{paths: ['/[ab]']}")).toBe(false)
  })

  test('a letter covers no letter that a mark makes another one, where names are folded', () => {
    expect(isShadowed("{pattern: '*a*'}", '{pattern: "a\\u0301"}', 'deny deny', 'mcp_tool')).toBe(
      false
    )
  })

  test('two stars at the end of a name cover no path below it', () => {
    expect(isShadowed("{paths: ['/a/x**']}", "{paths: ['/a/x*']}")).toBe(false)
    expect(isShadowed("{paths: ['/a/x**']}", "{paths: ['/a/x?y']}")).toBe(false)
  })
})

describe('a rule that is reported as shadowed', () => {
  const truths = fc.constantFrom<Truth>('yes', 'no', 'unknown')
  const kinds: fc.Arbitrary<RuleKind> = fc.constantFrom('deny', 'deny', 'require_approval', 'allow')

  /** Short patterns of few pieces, so that one often matches the text of another. */
  const pieces = ['a', 'a', 'b', '*', '*', '**', '/', '?', '[ab]', '[!a]', '.']
  const patterns = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 })
    .map((some) => some.join(''))

  const fields: fc.Arbitrary<Partial<Rule>>[] = [
    patterns.map((pattern) => ({ pattern })),
    patterns.map((domain) => ({ domain })),
    fc
      .tuple(fc.constantFrom('', 'read'), fc.array(patterns, { minLength: 1, maxLength: 2 }))
      .map(([action, paths]) => ({ action, paths }))
  ]

  /** Rules about one field: their kinds, their tests, and sometimes a condition. */
  const ruleLists = fc
    .constantFrom(...fields)
    .chain((field) =>
      fc.array(fc.tuple(kinds, field, fc.constantFrom(0, 0, 0, 1)), { minLength: 2, maxLength: 5 })
    )

  const isOpenMostly = fc.constantFrom(true, true, true, false)

  /** Allows everything, so that it matters whether a restrictive rule matches. */
  const open: [RuleKind, Partial<Rule>, number][] = [
    ['allow', { action: 'read' }, 0],
    ['allow', { action: 'write' }, 0]
  ]

  const shortText = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '/', ' ', '.'), maxLength: 4 })

  /** An action in one field: what a pattern of the policy stands for, or a text by itself. */
  const plans = fc.array(
    fc.record({
      pattern: fc.nat(99),
      field: fc.constantFrom('command', 'path', 'domain'),
      fill: shortText,
      action: fc.constantFrom('read', 'write')
    }),
    { minLength: 30, maxLength: 30 }
  )
  type Plan = typeof plans extends fc.Arbitrary<(infer P)[]> ? P : never

  function setOf(scope: string, lists: readonly [RuleKind, Partial<Rule>, number][]): RuleSet {
    const of = (wanted: RuleKind): Rule[] =>
      lists.flatMap(([kind, some, conditions]) => (kind === wanted ? [rule(some, conditions)] : []))
    const [deny, require_approval, allow] = [of('deny'), of('require_approval'), of('allow')]
    return { scope, deny, require_approval, allow, matching: 'effects', line: 1 }
  }

  function rule(some: Partial<Rule>, conditionCount: number): Rule {
    const prior = { require_prior: 'a', time_window: '', windowMs: 1000 }
    const conditions = new Array(conditionCount).fill(prior)
    const nothing = {
      action: '',
      pattern: '',
      paths: [],
      domain: '',
      message: '',
      line: 1,
      column: 1
    }
    return { ...nothing, conditions, ...some }
  }

  function without(document: PolicyDocument, path: string): PolicyDocument {
    const [, set = '', kind = '', index = ''] = /^rules\[(\d+)\]\.(\w+)\[(\d+)\]$/.exec(path) ?? []
    const rules = document.rules.map((ruleSet, at) =>
      at === Number(set)
        ? { ...ruleSet, [kind]: ruleSet[kind as RuleKind].toSpliced(Number(index), 1) }
        : ruleSet
    )
    return { ...document, rules }
  }

  function actionFor({ rules }: PolicyDocument, plan: Plan): ActionRequest {
    const scope = rules[0]?.scope ?? ''
    const texts = rules
      .flatMap(({ deny, require_approval, allow }) => [...deny, ...require_approval, ...allow])
      .flatMap(({ pattern, domain, paths }) => [pattern, domain, ...paths, '*'])
    const text = (texts[plan.pattern % texts.length] as string)
      .replace(/\[([^\]]*)\]/g, (whole, body: string) =>
        plan.pattern % 2 ? whole : body.slice(-1)
      )
      .replace(/\*+/g, plan.fill)
      .replace(/\?/g, plan.fill.charAt(0) || '/')
    return { scope, action: plan.action, [plan.field]: text }
  }

  test.each(['shell', 'mcp_tool', 'filesystem'])(
    'can be removed from scope %s without changing a decision',
    (scope) => {
      let reported = 0
      fc.assert(
        fc.property(ruleLists, isOpenMostly, plans, truths, (lists, isOpen, planned, truth) => {
          const document = documentOf([setOf(scope, isOpen ? [...lists, ...open] : lists)])
          const policy = createPolicy(document, {})
          const facts = { prior: () => truth }
          for (const { path } of lintPolicy(document).filter(({ code }) => code === 'shadowed')) {
            reported++
            const rest = createPolicy(without(document, path), {})
            for (const plan of planned) {
              const action = actionFor(document, plan)
              const { decision } = policy.check(action, facts)
              const told = `without ${path}, for ${JSON.stringify(action)}`
              expect(rest.check(action, facts).decision, told).toBe(decision)
            }
          }
        }),
        runs(4000)
      )
      expect(reported).toBeGreaterThan(100)
    },
    60_000
  )
})
