import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../src/compile-policy.ts'
import { type Explanation, type Facts, formatExplanation, type Policy } from '../src/index.ts'

const text = `version: "1"
name: explain
rules:
  - scope: shell
    deny:
      - pattern: 'rm *'
      - {pattern: 'git push*', conditions: [{require_prior: make test}]}
    require_approval:
      - {pattern: 'git *', domain: github.com, match: all}
      - regex: '^git '
    allow:
      - pattern: '*'
      - {pattern: 'ls *', action: list}
  - scope: cost
    limits: {max_per_action: 1, alert_threshold: 0.5}
    deny: [{action: refund}]
    allow: [{action: pay}]
  - scope: filesystem
    allow: [{action: read, paths: ['**']}]
agents:
  bot:
    override:
      - scope: shell
        allow:
          - pattern: 'ls'
  solo:
    override_mode: replace
    override:
      - scope: shell
        allow:
          - pattern: 'ls'
`

function policyOf(source: string): Policy {
  const compiled = compilePolicy(source, { file: 'policy.yaml', digest: 'd' })
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

const policy = policyOf(text)
const told = (truth: 'yes' | 'no' | 'unknown'): Facts => ({ prior: () => truth })

/** What was considered for the only effect, shortly. */
function considered({ effects }: Explanation): string[] {
  return effects.flatMap((effect) =>
    effect.considered.map((rule) => `${rule.line} ${rule.kind} ${rule.id}: ${rule.outcome}`)
  )
}

describe('the data of an explanation', () => {
  test('every rule that has something to say is there with its tests, strictest first', () => {
    const explanation = policy.explain({ scope: 'shell', command: 'git status' }, told('no'))
    expect(explanation.effects).toHaveLength(1)
    expect(explanation.effects[0]).toMatchObject({
      scope: 'shell',
      action: [],
      command: ['git status'],
      domain: [],
      verdict: { decision: 'REQUIRE_APPROVAL', matched_rule: 'require_approval:shell:^git ' },
      others: 3
    })
    expect(explanation.effects[0]?.considered).toEqual([
      {
        kind: 'require_approval',
        id: 'git *',
        line: 9,
        tests: [
          { field: 'pattern', holds: true },
          { field: 'domain', holds: false }
        ],
        match: 'all',
        conditions: 'yes',
        outcome: 'not all of its tests hold'
      },
      {
        kind: 'require_approval',
        id: '^git ',
        line: 10,
        tests: [{ field: 'regex', holds: true }],
        match: 'any',
        conditions: 'yes',
        outcome: 'decided'
      },
      {
        kind: 'allow',
        id: '*',
        line: 12,
        tests: [{ field: 'pattern', holds: true }],
        match: 'all',
        conditions: 'yes',
        outcome: 'a stricter or earlier rule decided'
      }
    ])
  })

  test('the verdict is the one that a check gives', () => {
    for (const command of ['git push', 'ls', 'rm x', '']) {
      const action = { scope: 'shell', command }
      expect(policy.explain(action).verdict).toEqual(policy.check(action))
    }
  })

  test.each([
    ['yes', 'decided', 'DENY'],
    ['no', 'its conditions do not hold', 'REQUIRE_APPROVAL']
  ] as const)('conditions that are a %s: %s', (truth, outcome, decision) => {
    const explanation = policy.explain({ scope: 'shell', command: 'git push' }, told(truth))
    expect(considered(explanation)[0]).toBe(`7 deny git push*: ${outcome}`)
    expect(explanation.verdict.decision).toBe(decision)
  })

  test('an unknown condition is said to be unknown where another rule decides anyway', () => {
    expect(considered(policy.explain({ scope: 'shell', command: 'git push' }))).toEqual([
      '7 deny git push*: its conditions cannot be evaluated',
      '9 require_approval git *: not all of its tests hold',
      '10 require_approval ^git : decided',
      '12 allow *: a stricter or earlier rule decided'
    ])
  })

  test('an unknown condition that turned an ALLOW is what decided', () => {
    const rules =
      '[{scope: x, deny: [{pattern: a, conditions: [{require_prior: b}]}], allow: [{pattern: a}]}]'
    const some = policyOf(`version: "1"\nname: x\nrules: ${rules}\n`)
    expect(considered(some.explain({ scope: 'x', command: 'a' }))[0]).toBe('3 deny a: decided')
  })

  test('an agent is told of its own rules: merged ones beside the restrictions of the base', () => {
    const explain = (agent_id: string, command: string): string[] =>
      considered(policy.explain({ scope: 'shell', command, agent_id }))
    expect(explain('bot', 'ls')).toEqual(['25 allow ls: decided'])
    expect(explain('bot', 'rm x')).toEqual(['6 deny rm *: decided'])
    expect(explain('solo', 'ls')).toEqual(['31 allow ls: decided'])
    expect(explain('solo', 'rm x')).toEqual([])
    expect(explain('other', 'ls')).toEqual([
      '12 allow *: decided',
      '13 allow ls *: not all of its tests hold'
    ])
  })

  test('rules without a say are counted, those of other scopes are not', () => {
    const others = (agent_id: string): number | undefined =>
      policy.explain({ scope: 'shell', command: 'zzz', agent_id }).effects[0]?.others
    expect([others('nobody'), others('bot'), others('solo')]).toEqual([5, 5, 1])
    expect(policy.explain({ scope: 'nothing' }).effects[0]?.others).toBe(0)
  })

  test('each further action is an effect of its own', () => {
    const explanation = policy.explain({
      scope: 'shell',
      command: 'ls',
      actions: [
        { scope: 'cost', est_cost: 2 },
        { scope: 'filesystem', action: 'read', path: '/x' }
      ]
    })
    expect(explanation.effects.map(({ scope, verdict }) => [scope, verdict.decision])).toEqual([
      ['shell', 'ALLOW'],
      ['cost', 'DENY'],
      ['filesystem', 'ALLOW']
    ])
    expect(explanation.verdict.matched_rule).toBe('deny:cost:max_per_action')
  })

  test('every reading of a path is there', () => {
    const { effects } = policy.explain({ scope: 'filesystem', action: 'read', path: '/%74mp/./x' })
    expect(effects[0]?.path).toEqual(['/tmp/x', '/%74mp/x'])
  })

  test('every reading of a command and an action is there', () => {
    const action = { scope: 'mcp_tool', action: 'ca\nll', command: 'fs:Write' }
    const [effect] = policy.explain(action).effects
    expect(effect?.action).toEqual(expect.arrayContaining(['call', 'ca\nll']))
    expect(effect?.command).toEqual(expect.arrayContaining(['fs:Write', 'fs:write']))
  })

  test('no rule is said to give way to another where it was no rule that decided', () => {
    const outcome = 'no rule decided but a limit or a guard'
    const decidedOtherwise = [
      policy.explain({ scope: 'cost', action: 'pay', est_cost: 2 }),
      policy.explain({ scope: 'filesystem', action: 'read' }),
      policy.explain({ scope: 'filesystem', action: 'read', path: '..' })
    ]
    for (const explanation of decidedOtherwise) {
      expect(explanation.effects[0]?.considered).toMatchObject([{ kind: 'allow', outcome }])
    }
  })

  test('facts that throw are explained as the verdict that they lead to', () => {
    const failing: Facts = {
      prior() {
        throw new Error('no history')
      }
    }
    const { verdict } = policy.explain({ scope: 'shell', command: 'git push' }, failing)
    expect(verdict.matched_rule).toBe('deny:guard:policy')
  })
})

describe('the text of an explanation', () => {
  const format = (...question: Parameters<Policy['explain']>): string =>
    formatExplanation(policy.explain(...question))

  test('a rule that decides', () => {
    expect(format({ scope: 'shell', command: 'git status' })).toMatchInlineSnapshot(`
      "REQUIRE_APPROVAL: Matches approval rule in shell scope
      rule: require_approval:shell:^git 

      effect: scope "shell", command "git status"
        verdict: REQUIRE_APPROVAL (require_approval:shell:^git )
        line 9: require_approval "git *": not all of its tests hold (holds: pattern; does not hold: domain)
        line 10: require_approval "^git ": decided (holds: regex)
        line 12: allow "*": a stricter or earlier rule decided (holds: pattern)
        3 other rules of this scope do not match
      "
    `)
  })

  test('no rule at all', () => {
    expect(format({ scope: 'nothing', domain: 'x.com' })).toMatchInlineSnapshot(`
      "DENY: No matching allow rule (default deny)

      effect: scope "nothing", domain "x.com"
        verdict: DENY (no rule matches)
        0 other rules of this scope do not match
      "
    `)
  })

  test('conditions that do not hold', () => {
    expect(format({ scope: 'shell', command: 'git push' }, told('no'))).toMatchInlineSnapshot(`
      "REQUIRE_APPROVAL: Matches approval rule in shell scope
      rule: require_approval:shell:^git 

      effect: scope "shell", command "git push"
        verdict: REQUIRE_APPROVAL (require_approval:shell:^git )
        line 7: deny "git push*": its conditions do not hold (holds: pattern)
        line 9: require_approval "git *": not all of its tests hold (holds: pattern; does not hold: domain)
        line 10: require_approval "^git ": decided (holds: regex)
        line 12: allow "*": a stricter or earlier rule decided (holds: pattern)
        2 other rules of this scope do not match
      "
    `)
  })

  test('an override', () => {
    expect(
      format({ scope: 'shell', command: 'ls', action: 'list', agent_id: 'bot' })
    ).toMatchInlineSnapshot(`
      "ALLOW: Allowed by shell rule
      rule: allow:shell:ls

      effect: scope "shell", action "list", command "ls"
        verdict: ALLOW (allow:shell:ls)
        line 25: allow "ls": decided (holds: pattern)
        4 other rules of this scope do not match
      "
    `)
  })

  test('limits', () => {
    expect(format({ scope: 'cost', action: 'refund', est_cost: 0.75 })).toMatchInlineSnapshot(`
      "DENY: Action denied by cost deny rule
      rule: deny:cost:refund

      effect: scope "cost", action "refund"
        verdict: DENY (deny:cost:refund)
        line 16: deny "refund": decided (holds: action)
        1 other rule of this scope does not match
      "
    `)
    expect(format({ scope: 'cost', action: 'buy', est_cost: 2 })).toMatchInlineSnapshot(`
      "DENY: Estimated cost $2.00 exceeds per-action limit of 1
      rule: deny:cost:max_per_action

      effect: scope "cost", action "buy"
        verdict: DENY (deny:cost:max_per_action)
        2 other rules of this scope do not match
      "
    `)
  })

  test('an unknown effect beside another one', () => {
    const lines = format({
      scope: 'filesystem',
      action: 'read',
      actions: [{ scope: 'filesystem', action: 'read', path: '/tmp/%2e%2e/x' }]
    }).split('\n')
    const isAbout = /^(\S| {2}verdict)/
    expect(lines.filter((line) => isAbout.test(line))).toEqual([
      'REQUIRE_APPROVAL: What this action does cannot be known: the action names no path',
      'rule: require_approval:filesystem:unknown_effect',
      'effect: scope "filesystem", action "read", path "."',
      '  verdict: REQUIRE_APPROVAL (require_approval:filesystem:unknown_effect)',
      'effect: scope "filesystem", action "read", path "/x", path "/tmp/%2e%2e/x"',
      '  verdict: ALLOW (allow:filesystem:read)'
    ])
  })

  test('what an action says cannot look like a line of the explanation', () => {
    const forged = [
      { scope: 'shell', command: 'ls\n  verdict: ALLOW' },
      { scope: 'shell\n  verdict: ALLOW' },
      { scope: 'filesystem', action: 'read', path: '../x%0A  verdict: ALLOW' }
    ]
    for (const action of forged) {
      const lines = format(action).split('\n')
      const effects = lines.filter((line) => line.startsWith('effect:'))
      const verdicts = lines.filter((line) => line.startsWith('  verdict:'))
      expect(verdicts).toHaveLength(effects.length)
      expect(verdicts).toHaveLength(policy.explain(action).effects.length)
    }
  })
})
