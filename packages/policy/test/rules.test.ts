import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { type CompileOptions, compilePolicy } from '../src/compile-policy.ts'
import type { Facts, Truth } from '../src/index.ts'
import type { Policy } from '../src/policy.ts'

/** Compiles a policy with these rule sets, written as a YAML flow list. */
function policyOf(rules: string, rest = '', options: CompileOptions = {}): Policy {
  const compiled = compilePolicy(`version: "1"\nname: rules\nrules: ${rules}\n${rest}`, options)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

const shell = (command: string): ActionRequest => ({ scope: 'shell', command })
const network = (domain: string, action = ''): ActionRequest => ({
  scope: 'network',
  action,
  domain
})

function decide(rules: string, action: ActionRequest, facts?: Facts): CheckResult['decision'] {
  return policyOf(rules).check(action, facts).decision
}

const deny = "deny: [{pattern: 'git push'}]"
const ask = "require_approval: [{pattern: 'git *'}]"
const allow = "allow: [{pattern: '*'}]"

describe('precedence', () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0]
  ]

  test.each(orders)(
    'over rule sets in any order, the strictest rule decides (%i %i %i)',
    (...at) => {
      const sets = at.map((index) => `{scope: shell, ${[deny, ask, allow][index]}}`)
      const policy = policyOf(`[${sets.join(', ')}]`)
      expect(policy.check(shell('git push')).decision).toBe('DENY')
      expect(policy.check(shell('git pull')).decision).toBe('REQUIRE_APPROVAL')
      expect(policy.check(shell('ls')).decision).toBe('ALLOW')
    }
  )

  test('within one rule set, the strictest rule decides whatever comes first in the file', () => {
    expect(decide(`[{scope: shell, ${allow}, ${ask}, ${deny}}]`, shell('git push'))).toBe('DENY')
  })

  test('among rules of one kind, the first in the file is reported', () => {
    const policy = policyOf(
      "[{scope: shell, deny: [{pattern: 'rm *', message: first}, {pattern: '*'}]}, {scope: shell, deny: [{pattern: 'rm x'}]}]"
    )
    expect(policy.check(shell('rm x'))).toMatchObject({
      reason: 'first',
      matched_rule: 'deny:shell:rm *'
    })
    expect(policy.check(shell('ls')).matched_rule).toBe('deny:shell:*')
  })

  test('the rules of another scope have no say', () => {
    expect(decide(`[{scope: shell, ${allow}}]`, { scope: 'Shell', command: 'ls' })).toBe('DENY')
    expect(decide(`[{scope: network, ${allow}}]`, shell('ls'))).toBe('DENY')
  })

  test('what no rule allows is denied, without a rule', () => {
    expect(policyOf('[]').check(shell('ls'))).toEqual({
      decision: 'DENY',
      reason: 'No matching allow rule (default deny)'
    })
  })

  test('each kind of rule gives its reason', () => {
    const policy = policyOf(
      `[{scope: shell, deny: [{pattern: a, message: ' '}, {pattern: b}], ${ask}, allow: [{pattern: c, message: unused}]}]`
    )
    const reasons = ['a', 'b', 'git x', 'c'].map((command) => policy.check(shell(command)).reason)
    expect(reasons).toEqual([
      ' ',
      'Action denied by shell deny rule',
      'Matches approval rule in shell scope',
      'Allowed by shell rule'
    ])
  })

  test('a path that climbs is denied before any rule, whatever the policy says', () => {
    const path = { scope: 'filesystem', action: 'read', path: 'a/../../x' }
    for (const rules of ['[]', "[{scope: filesystem, allow: [{action: read, paths: ['**']}]}]"]) {
      expect(policyOf(rules).check(path)).toMatchObject({
        decision: 'DENY',
        reason: 'path traversal detected: a/../../x',
        matched_rule: 'deny:filesystem:path_traversal'
      })
    }
  })
})

describe('match', () => {
  const fields = 'action: POST, domain: evil.com'
  const matching: ActionRequest[] = [network('evil.com', 'POST')]
  const half: ActionRequest[] = [network('evil.com', 'GET'), network('good.com', 'POST')]

  test.each([
    ['deny', '', 'DENY', 'DENY'],
    ['deny', ', match: any', 'DENY', 'DENY'],
    ['deny', ', match: all', 'DENY', 'ALLOW'],
    ['require_approval', '', 'REQUIRE_APPROVAL', 'REQUIRE_APPROVAL'],
    ['require_approval', ', match: any', 'REQUIRE_APPROVAL', 'REQUIRE_APPROVAL'],
    ['require_approval', ', match: all', 'REQUIRE_APPROVAL', 'ALLOW']
  ])('%s%s: both fields give %s, one of them %s', (kind, match, both, one) => {
    const rules = `[{scope: network, ${kind}: [{${fields}${match}}], allow: [{domain: '*'}]}]`
    for (const action of matching) expect(decide(rules, action)).toBe(both)
    for (const action of half) expect(decide(rules, action)).toBe(one)
  })

  test.each([
    ['', 'DENY'],
    [', match: all', 'DENY'],
    [', match: any', 'ALLOW']
  ])('allow%s: both fields allow, one of them gives %s', (match, one) => {
    const rules = `[{scope: network, allow: [{${fields}${match}}]}]`
    for (const action of matching) expect(decide(rules, action)).toBe('ALLOW')
    for (const action of half) expect(decide(rules, action)).toBe(one)
  })

  test('an action and its paths are one test', () => {
    const rules = `[{scope: filesystem, deny: [{action: read, paths: [/a]}], allow: [{action: read}, {action: write}]}]`
    const file = (action: string, path: string) => ({ scope: 'filesystem', action, path })
    expect(decide(rules, file('read', '/a'))).toBe('DENY')
    expect(decide(rules, file('write', '/a'))).toBe('ALLOW')
    expect(decide(rules, file('read', '/b'))).toBe('ALLOW')
  })

  test('all five tests of a rule must hold under `match: all`', () => {
    const policy = policyOf(
      "[{scope: x, deny: [{pattern: 'a*', action: act, paths: [/p], domain: '*.com', class: public, regex: b, match: all}], allow: [{pattern: '*'}]}]"
    )
    const all = { scope: 'x', command: 'ab', action: 'act', path: '/p', domain: 'x.com' }
    expect(policy.check(all).decision).toBe('DENY')
    const others = { command: 'a', action: 'other', path: '/q', domain: 'x.org' }
    for (const [field, text] of Object.entries(others)) {
      expect(policy.check({ ...all, [field]: text }).decision, field).toBe('ALLOW')
    }
  })

  test('a field that the action does not have matches nothing, not even a star', () => {
    expect(decide("[{scope: shell, allow: [{pattern: '*'}]}]", { scope: 'shell' })).toBe('DENY')
    expect(decide("[{scope: network, allow: [{domain: '**'}]}]", { scope: 'network' })).toBe('DENY')
    expect(decide("[{scope: shell, allow: [{pattern: '*'}]}]", shell(''))).toBe('DENY')
  })

  test('a command of control characters alone is no command to an allow rule', () => {
    expect(decide("[{scope: shell, allow: [{pattern: '*'}]}]", shell('\u0001\n'))).toBe('DENY')
  })

  test('control characters make an action another one to an allow rule, and hide it from no other', () => {
    const rules = '[{scope: x, deny: [{action: drop}], allow: [{action: read}, {domain: x.com}]}]'
    expect(decide(rules, { scope: 'x', action: 're\nad' })).toBe('DENY')
    expect(decide(rules, { scope: 'x', action: 'dr\nop', domain: 'x.com' })).toBe('DENY')
  })

  test('commands match letter by letter where they are not names of tools', () => {
    const rules = "[{scope: shell, deny: [{pattern: 'Git *'}], allow: [{pattern: 'git *'}]}]"
    expect(decide(rules, shell('Git push'))).toBe('DENY')
    expect(decide(rules, shell('git push'))).toBe('ALLOW')
  })
})

describe('class and regex', () => {
  test('a class allows the hosts that it names, and no text that is no host', () => {
    const rules = '[{scope: network, allow: [{class: public}]}]'
    expect(decide(rules, network('example.com'))).toBe('ALLOW')
    expect(decide(rules, network('8.8.8.8'))).toBe('ALLOW')
    for (const host of ['localhost', '10.0.0.1', 'a/b', 'x?y', '300.1.1.1', 'host', '']) {
      expect(decide(rules, network(host)), host).toBe('DENY')
    }
  })

  test('an address of the metadata service is link-local too', () => {
    const rules = "[{scope: network, deny: [{class: link_local}], allow: [{domain: '*'}]}]"
    expect(decide(rules, network('169.254.169.254'))).toBe('DENY')
  })

  test('a class combines with another field like any test', () => {
    const rules = "[{scope: network, allow: [{class: private, domain: '*.internal'}]}]"
    expect(decide(rules, network('db.internal'))).toBe('ALLOW')
    expect(decide(rules, network('10.0.0.1'))).toBe('DENY')
  })

  test('a regex in a restrictive rule matches anywhere, in an allow rule the whole command', () => {
    const restrictive = "[{scope: shell, deny: [{regex: 'r+m'}], allow: [{pattern: '*'}]}]"
    expect(decide(restrictive, shell('sudo rrm x'))).toBe('DENY')
    expect(decide(restrictive, shell('ls'))).toBe('ALLOW')
    const allowing = "[{scope: shell, allow: [{regex: 'ls( -l)?'}]}]"
    expect(decide(allowing, shell('ls -l'))).toBe('ALLOW')
    expect(decide(allowing, shell('ls -l; rm x'))).toBe('DENY')
    // A newline at the end is no part of the command.
    expect(decide(allowing, shell('ls -l\n'))).toBe('ALLOW')
  })

  test('alternatives of a regex in an allow rule are anchored together', () => {
    const rules = "[{scope: shell, allow: [{regex: 'ls|cat'}]}]"
    expect(decide(rules, shell('ls; x'))).toBe('DENY')
    expect(decide(rules, shell('x; cat'))).toBe('DENY')
    expect(decide(rules, shell('cat'))).toBe('ALLOW')
  })

  test('a regex is RE2, so that what backtracks is refused', () => {
    const rules = "[{scope: shell, deny: [{regex: '(?=a)b'}]}]"
    expect(compilePolicy(`version: "1"\nname: x\nrules: ${rules}\n`)).toMatchObject({
      ok: false,
      issues: [{ code: 'invalid_regex', line: 3 }]
    })
  })
})

describe('conditions', () => {
  const truths: Truth[] = ['yes', 'no', 'unknown']
  const told = (truth: Truth): Facts => ({ prior: () => truth })
  const conditional = (kind: string): string =>
    `${kind}: [{pattern: 'x*', conditions: [{require_prior: a}]}]`

  test.each([
    ['allow', 'ALLOW', 'DENY', 'DENY'],
    ['deny', 'DENY', 'DENY', 'DENY'],
    ['require_approval', 'REQUIRE_APPROVAL', 'DENY', 'DENY']
  ])('%s alone: yes gives %s, no %s, unknown %s', (kind, ...wanted) => {
    const rules = `[{scope: shell, ${conditional(kind)}}]`
    expect(truths.map((truth) => decide(rules, shell('x'), told(truth)))).toEqual(wanted)
  })

  test.each([
    ['deny', 'DENY', 'ALLOW', 'DENY'],
    ['require_approval', 'REQUIRE_APPROVAL', 'ALLOW', 'REQUIRE_APPROVAL']
  ])('%s over an allowance: yes gives %s, no %s, unknown %s', (kind, ...wanted) => {
    const rules = `[{scope: shell, ${conditional(kind)}, allow: [{pattern: '*'}]}]`
    expect(truths.map((truth) => decide(rules, shell('x'), told(truth)))).toEqual(wanted)
  })

  test('an unknown denial changes nothing but an ALLOW', () => {
    const asked = policyOf(
      `[{scope: shell, ${conditional('deny')}, require_approval: [{pattern: x}], allow: [{pattern: '*'}]}]`
    )
    expect(asked.check(shell('x')).matched_rule).toBe('require_approval:shell:x')
    expect(asked.check(shell('xy')).matched_rule).toBe('deny:shell:x*')
    const denied = policyOf(`[{scope: shell, ${conditional('require_approval')}}]`)
    expect(denied.check(shell('x')).matched_rule).toBeUndefined()
  })

  test('an unknown denial is reported before an unknown approval', () => {
    const rules = `[{scope: shell, ${conditional('require_approval')}, ${conditional('deny')}, allow: [{pattern: '*'}]}]`
    expect(policyOf(rules).check(shell('x')).matched_rule).toBe('deny:shell:x*')
  })

  test('a rule whose condition does not hold makes way for the next one', () => {
    const rules = `[{scope: shell, deny: [{pattern: 'x*', conditions: [{require_prior: a}]}, {pattern: xy}], allow: [{pattern: '*'}]}]`
    const policy = policyOf(rules)
    expect(policy.check(shell('xy'), told('no')).matched_rule).toBe('deny:shell:xy')
    expect(policy.check(shell('xy'), told('yes')).matched_rule).toBe('deny:shell:x*')
  })

  test.each([
    ['yes', 'yes', 'ALLOW'],
    ['yes', 'no', 'DENY'],
    ['yes', 'unknown', 'DENY'],
    ['unknown', 'no', 'DENY']
  ] as const)('two conditions of an allow rule, %s and %s, give %s', (first, second, wanted) => {
    const rules =
      '[{scope: shell, allow: [{pattern: x, conditions: [{require_prior: a}, {require_prior: b}]}]}]'
    const facts: Facts = { prior: (pattern) => (pattern === 'a' ? first : second) }
    expect(decide(rules, shell('x'), facts)).toBe(wanted)
  })

  test('a condition that does not hold outweighs an unknown one', () => {
    const rules = `[{scope: shell, deny: [{pattern: x, conditions: [{require_prior: a}, {require_prior: b}]}], allow: [{pattern: x}]}]`
    const facts: Facts = { prior: (pattern) => (pattern === 'a' ? 'unknown' : 'no') }
    expect(decide(rules, shell('x'), facts)).toBe('ALLOW')
  })

  test('a condition without a prior holds', () => {
    const rules = '[{scope: shell, allow: [{pattern: x, conditions: [{}]}]}]'
    expect(decide(rules, shell('x'))).toBe('ALLOW')
  })

  test('the facts are asked for the pattern, the window in milliseconds and the scope', () => {
    const asked: unknown[] = []
    const facts: Facts = {
      prior(...question) {
        asked.push(question)
        return 'yes'
      }
    }
    const rules =
      "[{scope: shell, allow: [{pattern: x, conditions: [{require_prior: 'a*', time_window: 90s}, {require_prior: b}]}]}]"
    expect(decide(rules, shell('x'), facts)).toBe('ALLOW')
    expect(asked).toEqual([
      ['a*', 90_000, 'shell'],
      ['b', 3_600_000, 'shell']
    ])
  })

  test('an answer that is none of the three counts as unknown', () => {
    const rules = `[{scope: shell, ${conditional('allow')}}]`
    for (const answer of [undefined, true, 'maybe', Promise.resolve('no')]) {
      const facts = { prior: () => answer } as unknown as Facts
      expect(decide(rules, shell('x'), facts), String(answer)).toBe('DENY')
    }
  })
})

describe('overrides', () => {
  const base = `[{scope: shell, deny: [{pattern: 'rm *'}], require_approval: [{pattern: 'git *'}], allow: [{pattern: 'ls *'}]}]`
  const over = "[{scope: shell, deny: [{pattern: 'dd *'}], allow: [{pattern: 'cat *'}]}]"
  const decisions = (policy: Policy, agent_id: string | undefined): string[] =>
    ['rm x', 'git x', 'ls x', 'dd x', 'cat x'].map(
      (command) => policy.check({ ...shell(command), agent_id: agent_id as string }).decision
    )

  test('merge adds restrictions and replaces allowances', () => {
    const policy = policyOf(base, `agents: {bot: {override: ${over}}}`)
    expect(decisions(policy, 'bot')).toEqual(['DENY', 'REQUIRE_APPROVAL', 'DENY', 'DENY', 'ALLOW'])
  })

  test('merge is what no mode, an empty one and `merge` mean', () => {
    for (const mode of ['', "override_mode: ''", 'override_mode: merge']) {
      const policy = policyOf(base, `agents: {bot: {override: ${over}, ${mode}}}`)
      expect(policy.check({ ...shell('git x'), agent_id: 'bot' }).decision, mode).toBe(
        'REQUIRE_APPROVAL'
      )
    }
  })

  test('replace leaves nothing of the base in the scope', () => {
    const policy = policyOf(base, `agents: {bot: {override_mode: replace, override: ${over}}}`)
    expect(decisions(policy, 'bot')).toEqual(['DENY', 'DENY', 'DENY', 'DENY', 'ALLOW'])
    const asked = policy.check({ ...shell('git x'), agent_id: 'bot' })
    expect(asked.matched_rule).toBeUndefined()
  })

  test('an override without allow rules leaves the agent no allowance in the scope', () => {
    const policy = policyOf(base, 'agents: {bot: {override: [{scope: shell}]}}')
    expect(policy.check({ ...shell('ls x'), agent_id: 'bot' }).decision).toBe('DENY')
  })

  test('a rule of an override is reported after those of the first rule set, before later ones', () => {
    const policy = policyOf(
      "[{scope: shell, deny: [{pattern: 'a*'}]}, {scope: shell, deny: [{pattern: '*'}]}]",
      "agents: {bot: {override: [{scope: shell, deny: [{pattern: y}, {pattern: z}, {pattern: '*b'}]}]}}"
    )
    const rules = ['ab', 'b', 'c'].map(
      (command) => policy.check({ ...shell(command), agent_id: 'bot' }).matched_rule
    )
    expect(rules).toEqual(['deny:shell:a*', 'deny:shell:*b', 'deny:shell:*'])
  })

  test('an override leaves other scopes and other agents as they are', () => {
    const policy = policyOf(
      `[{scope: data, allow: [{pattern: '*'}]}, ${base.slice(1)}`,
      `agents: {bot: {override: ${over}}}`
    )
    expect(policy.check({ scope: 'data', command: 'x', agent_id: 'bot' }).decision).toBe('ALLOW')
    for (const agent of [undefined, '', 'BOT', 'bot ', 'other']) {
      expect(decisions(policy, agent)).toEqual([
        'DENY',
        'REQUIRE_APPROVAL',
        'ALLOW',
        'DENY',
        'DENY'
      ])
    }
  })

  test('an agent without a name has no override, even where the file has one for it', () => {
    const policy = policyOf('[]', `agents: {'': {override: ${over}}}`)
    expect(policy.check({ ...shell('cat x'), agent_id: '' }).decision).toBe('DENY')
  })

  test('an override may bring a scope that the base does not have', () => {
    const policy = policyOf('[]', `agents: {bot: {override: ${over}}}`)
    expect(policy.check({ ...shell('cat x'), agent_id: 'bot' }).decision).toBe('ALLOW')
    expect(policy.check(shell('cat x')).decision).toBe('DENY')
  })

  test('limits of an override stand in for those of the base as a whole', () => {
    const policy = policyOf(
      '[{scope: cost, limits: {max_per_action: 1, alert_threshold: 0.5}}]',
      `agents:
  more: {override: [{scope: cost, limits: {max_per_action: 5}}]}
  same: {override: [{scope: cost}]}
  none: {override_mode: replace, override: [{scope: cost, allow: [{action: pay}]}]}`
    )
    const cost = (agent_id: string, est_cost: number): string =>
      policy.check({ scope: 'cost', action: 'pay', agent_id, est_cost }).decision
    expect([cost('more', 4), cost('more', 6)]).toEqual(['ALLOW', 'DENY'])
    expect([cost('same', 0.6), cost('same', 4)]).toEqual(['REQUIRE_APPROVAL', 'DENY'])
    expect(cost('none', 1000)).toBe('ALLOW')
  })
})

describe('money', () => {
  const limits = '[{scope: cost, limits: {max_per_action: $1.00, alert_threshold: $0.50}}]'
  const cost = (est_cost?: number): ActionRequest =>
    est_cost === undefined ? { scope: 'cost' } : { scope: 'cost', est_cost }
  const check = (est_cost?: number): CheckResult => policyOf(limits).check(cost(est_cost))

  test.each([
    [undefined, 'ALLOW', 'allow:cost:within_limits'],
    [0, 'ALLOW', 'allow:cost:within_limits'],
    [-0, 'ALLOW', 'allow:cost:within_limits'],
    [5e-324, 'ALLOW', 'allow:cost:within_limits'],
    [0.5, 'ALLOW', 'allow:cost:within_limits'],
    [0.500_000_1, 'REQUIRE_APPROVAL', 'require_approval:cost:alert_threshold'],
    [1, 'REQUIRE_APPROVAL', 'require_approval:cost:alert_threshold'],
    [1.000_000_01, 'DENY', 'deny:cost:max_per_action'],
    [1e21, 'DENY', 'deny:cost:max_per_action'],
    [-5e-324, 'DENY', 'deny:cost:negative_value'],
    [-1e-9, 'DENY', 'deny:cost:negative_value'],
    [Number.NEGATIVE_INFINITY, 'DENY', 'deny:cost:negative_value'],
    [Number.POSITIVE_INFINITY, 'DENY', 'deny:cost:max_per_action'],
    [Number.NaN, 'DENY', 'deny:cost:max_per_action']
  ])('a cost of %d is %s', (est_cost, decision, matched_rule) => {
    expect(check(est_cost)).toMatchObject({ decision, matched_rule })
  })

  test('a reason shows the number that was received', () => {
    expect(check(1.004).reason).toBe('Estimated cost $1.00 exceeds per-action limit of $1.00')
    expect(check(-0.001).reason).toBe('Negative cost value not allowed: $-0.00')
    expect(check(0.625).reason).toBe('Estimated cost $0.62 exceeds alert threshold of $0.50')
  })

  test.each([9_007_199_254.740_993, 1e21, Number.POSITIVE_INFINITY, Number.NaN])(
    'a cost of %d that cannot be counted is out of range even without a limit per action',
    (est_cost) => {
      const policy = policyOf('[{scope: cost, limits: {max_per_session: 1}}]')
      expect(policy.check(cost(est_cost))).toMatchObject({
        decision: 'DENY',
        matched_rule: 'deny:cost:out_of_range'
      })
    }
  )

  test('a cost that is no number is denied', () => {
    for (const est_cost of ['0.1', [], {}, true]) {
      const action = { scope: 'cost', est_cost } as unknown as ActionRequest
      expect(policyOf(limits).check(action).decision, String(est_cost)).toBe('DENY')
    }
  })

  test('a limit of nothing is no limit, and limits without a limit still refuse what is negative', () => {
    const policy = policyOf("[{scope: cost, limits: {max_per_action: 0, alert_threshold: ''}}]")
    expect(policy.check(cost(1_000_000)).decision).toBe('ALLOW')
    expect(policy.check(cost(-1)).decision).toBe('DENY')
  })

  test('rules beside limits count, and the strictest of both decides', () => {
    const rules = `[{scope: cost, limits: {max_per_action: 5, alert_threshold: 1}, deny: [{action: refund}], require_approval: [{action: gift}]}]`
    const policy = policyOf(rules)
    const pay = (action: string, est_cost: number): string | undefined =>
      policy.check({ scope: 'cost', action, est_cost }).matched_rule
    expect(pay('refund', 0.5)).toBe('deny:cost:refund')
    expect(pay('refund', 2)).toBe('deny:cost:refund')
    expect(pay('gift', 0.5)).toBe('require_approval:cost:gift')
    expect(pay('gift', 9)).toBe('deny:cost:max_per_action')
    expect(pay('buy', 2)).toBe('require_approval:cost:alert_threshold')
    expect(pay('buy', 0.5)).toBe('allow:cost:within_limits')
  })

  test('limits in two rule sets both hold', () => {
    const policy = policyOf(
      '[{scope: cost, limits: {max_per_action: 5}}, {scope: cost, limits: {max_per_action: 1}}]'
    )
    expect(policy.check(cost(2)).decision).toBe('DENY')
  })

  test('limits in another scope limit nothing', () => {
    const rules = '[{scope: x, limits: {max_per_action: 1}, allow: [{action: pay}]}]'
    expect(decide(rules, { scope: 'x', action: 'pay', est_cost: 1000 })).toBe('ALLOW')
  })

  test('rules of scope cost without limits do not look at the cost', () => {
    const rules = '[{scope: cost, allow: [{action: pay}]}]'
    expect(decide(rules, { scope: 'cost', action: 'pay', est_cost: 1e9 })).toBe('ALLOW')
  })
})

describe('actions judged together', () => {
  const policy = policyOf(
    "[{scope: shell, deny: [{pattern: 'rm *'}], require_approval: [{pattern: 'git *'}], allow: [{pattern: '*'}]}, {scope: network, allow: [{domain: good.com}]}, {scope: cost, limits: {max_per_action: 1}}]",
    "agents: {bot: {override: [{scope: network, allow: [{domain: '*'}]}]}}"
  )
  const together = (actions: ActionRequest['actions']): CheckResult =>
    policy.check({ ...shell('ls'), actions: actions ?? [] })

  test('the strictest of all verdicts is the verdict', () => {
    expect(together([]).decision).toBe('ALLOW')
    expect(together([shell('git x')]).decision).toBe('REQUIRE_APPROVAL')
    expect(together([shell('git x'), shell('rm x'), shell('ls')]).matched_rule).toBe(
      'deny:shell:rm *'
    )
    expect(policy.check({ ...shell('rm x'), actions: [shell('ls')] }).decision).toBe('DENY')
  })

  test('of verdicts that are alike the first is reported', () => {
    expect(together([network('good.com')]).matched_rule).toBe('allow:shell:*')
  })

  test('what no rule allows is denied in a further action too', () => {
    expect(together([network('other.com')])).toMatchObject({
      decision: 'DENY',
      reason: 'No matching allow rule (default deny)'
    })
  })

  test('the agent is that of the action, and the cost is each one’s own', () => {
    const action = { ...shell('ls'), agent_id: 'bot', actions: [network('other.com')] }
    expect(policy.check(action).decision).toBe('ALLOW')
    expect(together([{ scope: 'cost', est_cost: 2 }]).decision).toBe('DENY')
    const dear = { ...shell('ls'), est_cost: 2, actions: [{ scope: 'cost' }] }
    expect(policy.check(dear).decision).toBe('ALLOW')
  })
})

describe('names that objects have by themselves', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

  test.each(names)('%s is a scope like any other', (scope) => {
    expect(decide('[]', { scope, command: 'x' })).toBe('DENY')
    const rules = `[{scope: ${scope}, deny: [{pattern: y}], allow: [{pattern: '*'}]}]`
    expect(policyOf(rules).check({ scope, command: 'x' }).matched_rule).toBe(`allow:${scope}:*`)
    expect(decide(rules, { scope, command: 'y' })).toBe('DENY')
  })

  test.each(names)('%s is an agent like any other', (agent_id) => {
    const base = '[{scope: shell, allow: [{pattern: ls}]}]'
    expect(policyOf(base).check({ ...shell('ls'), agent_id }).decision).toBe('ALLOW')
    const policy = policyOf(base, `agents: {${agent_id}: {override: [{scope: shell}]}}`)
    expect(policy.check({ ...shell('ls'), agent_id }).decision).toBe('DENY')
    expect(policy.check({ ...shell('ls'), agent_id: 'other' }).decision).toBe('ALLOW')
  })

  test.each(names)('%s is a pattern and an action like any other', (name) => {
    const rules = `[{scope: x, deny: [{pattern: ${name}}, {action: ${name}}, {domain: ${name}}], allow: [{pattern: '*'}]}]`
    expect(decide(rules, { scope: 'x', command: name })).toBe('DENY')
    expect(decide(rules, { scope: 'x', command: 'a', action: name })).toBe('DENY')
    expect(decide(rules, { scope: 'x', command: 'a', domain: name })).toBe('DENY')
    expect(decide(rules, { scope: 'x', command: 'a', action: 'a' })).toBe('ALLOW')
    expect(decide('[{scope: x, allow: [{action: a}]}]', { scope: 'x', action: name })).toBe('DENY')
  })
})

describe('verdicts', () => {
  const rules = `
  - scope: filesystem
    deny:
      - action: delete
        paths: ['**']
    allow:
      - action: read
        paths: ['**']
  - {scope: cost, limits: {max_per_action: 1}}
  - scope: shell
    allow:
      - {pattern: ls, conditions: [{require_prior: x}]}`
  const options = { file: 'policy.yaml', digest: 'sha256:1' }
  const failing: Facts = {
    prior() {
      throw new Error('no history')
    }
  }

  /** One action for each origin that a verdict can have. */
  const origins: [string, ActionRequest][] = [
    ['a deny rule', { scope: 'filesystem', action: 'delete', path: '/x' }],
    ['an allow rule', { scope: 'filesystem', action: 'read', path: '/x' }],
    ['no rule', { scope: 'filesystem', action: 'write', path: '/x' }],
    ['the guard of paths', { scope: 'filesystem', action: 'read', path: '..' }],
    ['an unknown effect', { scope: 'filesystem', action: 'read' }],
    ['the limits', { scope: 'cost', est_cost: 2 }],
    ['a fault', shell('ls')]
  ]

  test('the rule of a verdict is named with its file and its line', () => {
    const policy = policyOf(rules, '', options)
    const [denied, allowed, none] = origins.map(([, action]) => policy.check(action).rule_source)
    expect(denied).toEqual({ file: 'policy.yaml', line: 6 })
    expect(allowed).toEqual({ file: 'policy.yaml', line: 9 })
    expect(none).toBeUndefined()
  })

  test('a verdict of a policy without a file has only the line', () => {
    expect(policyOf(rules).check(origins[0]?.[1] as ActionRequest)).toEqual({
      decision: 'DENY',
      reason: 'Action denied by filesystem deny rule',
      matched_rule: 'deny:filesystem:delete',
      rule_source: { line: 6 }
    })
  })

  test.each(origins)(
    'a verdict by %s carries the digest of the policy, if there is one',
    (_, action) => {
      expect(policyOf(rules, '', options).check(action, failing).policy_digest).toBe('sha256:1')
      expect(policyOf(rules).check(action, failing)).not.toHaveProperty('policy_digest')
    }
  )

  test.each(origins)('a verdict by %s cannot be changed by who receives it', (_, action) => {
    for (const policy of [policyOf(rules, '', options), policyOf(rules)]) {
      const verdict = policy.check(action, failing)
      expect(Object.isFrozen(verdict)).toBe(true)
      expect(Object.isFrozen(verdict.rule_source ?? verdict)).toBe(true)
    }
  })
})

describe('faults', () => {
  const policy = policyOf(
    '[{scope: shell, allow: [{pattern: ls, conditions: [{require_prior: x}]}, {pattern: cat}]}]'
  )
  const throwing = (thrown: unknown): Facts => ({
    prior() {
      throw thrown
    }
  })

  test('facts that throw give a DENY that names the policy', () => {
    expect(policy.check(shell('ls'), throwing(new Error('no history')))).toEqual({
      decision: 'DENY',
      reason: 'The policy engine failed: no history',
      matched_rule: 'deny:guard:policy'
    })
  })

  test.each([
    ['a text', 'broken'],
    ['nothing', undefined],
    ['a symbol', Symbol('x')],
    ['what has no text', Object.create(null)],
    [
      'an error whose message throws',
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('again')
        }
      })
    ]
  ])('facts may throw %s', (_, thrown) => {
    expect(policy.check(shell('ls'), throwing(thrown)).matched_rule).toBe('deny:guard:policy')
  })

  test('facts that are not asked for cannot fail', () => {
    expect(policy.check(shell('cat'), throwing(new Error('x'))).decision).toBe('ALLOW')
  })

  test('an action that is none is denied and not thrown back', () => {
    for (const action of [undefined, null, 5, 'x', {}, { scope: 'shell', command: 5 }]) {
      const { decision } = policy.check(action as unknown as ActionRequest)
      expect(decision, JSON.stringify(action)).toBe('DENY')
    }
  })

  test('further actions that are no list are denied', () => {
    const action = { ...shell('cat'), actions: 5 } as unknown as ActionRequest
    expect(policy.check(action).matched_rule).toBe('deny:guard:policy')
  })
})
