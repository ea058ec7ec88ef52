import type { ActionRequest } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { type CompiledPolicy, compilePolicy } from '../src/compile-policy.ts'
import type { Policy } from '../src/policy.ts'

/** Compiles a policy with these rule sets, written as a YAML flow list. */
function compile(rules: string, rest = ''): CompiledPolicy {
  return compilePolicy(`version: "1"\nname: regression\nrules: ${rules}\n${rest}`)
}

function policyOf(rules: string, rest = ''): Policy {
  const compiled = compile(rules, rest)
  if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
  return compiled.policy
}

function issuesOf(rules: string, rest = '') {
  const compiled = compile(rules, rest)
  return compiled.ok ? [] : compiled.issues
}

function warningsOf(rules: string, rest = '') {
  const compiled = compile(rules, rest)
  return compiled.ok ? compiled.warnings : []
}

const shell = (command: string): ActionRequest => ({ scope: 'shell', command })
const file = (action: string, path: string): ActionRequest => ({
  scope: 'filesystem',
  action,
  path
})
const network = (domain: string): ActionRequest => ({ scope: 'network', domain })
const cost = (est_cost: number): ActionRequest => ({ scope: 'cost', est_cost })

const allowAll =
  "[{scope: shell, deny: [{pattern: 'rm *'}, {pattern: 'sudo *'}], allow: [{pattern: '*'}]}]"

describe('patterns', () => {
  test.each(['rm *.txt', 'rm */', 'rm *', 'sudo *'])(
    'G1: a star in the command does not slip past a star in a deny rule: %s',
    (command) => {
      expect(policyOf(allowAll).check(shell(command)).decision).toBe('DENY')
    }
  )

  test.each(['/data/*.db', '/data/*/x', '/data/*'])(
    'G2: a star in the path does not slip past a star in a deny rule: %s',
    (path) => {
      const policy = policyOf(
        '[{scope: filesystem, deny: [{action: delete, paths: [/data/*]}], allow: [{action: delete, paths: [/data/**]}]}]'
      )
      expect(policy.check(file('delete', path)).decision).toBe('DENY')
    }
  )

  test('G3: a star in the command meets the rule that is written for it', () => {
    const policy = policyOf(
      "[{scope: shell, require_approval: [{pattern: 'rm -rf *'}], allow: [{pattern: 'cat *'}]}]"
    )
    expect(policy.check(shell('cat *.pem')).decision).toBe('ALLOW')
    expect(policy.check(shell('rm -rf *.log')).decision).toBe('REQUIRE_APPROVAL')
  })

  test.each(['curl http://evil/x', 'curl -o /a/b/c x', 'curl x'])(
    'G4: two stars in a command deny any argument: %s',
    (command) => {
      const policy = policyOf(
        "[{scope: shell, deny: [{pattern: 'curl **'}], allow: [{pattern: '*'}]}]"
      )
      expect(policy.check(shell(command)).decision).toBe('DENY')
    }
  )

  test('G4: two stars in a domain deny what has slashes in it', () => {
    const policy = policyOf(
      "[{scope: network, deny: [{domain: 'evil.**'}], allow: [{domain: '*'}]}]"
    )
    expect(policy.check(network('evil.com/x')).decision).toBe('DENY')
  })

  test('G4: two stars in an allow rule are read narrowly', () => {
    const policy = policyOf("[{scope: shell, allow: [{pattern: 'curl **'}]}]")
    expect(policy.check(shell('curl x')).decision).toBe('ALLOW')
    expect(policy.check(shell('curl http://evil/x')).decision).toBe('DENY')
  })

  test('G5: one star in a path reaches below, and the author is told', () => {
    const rules = '[{scope: filesystem, allow: [{action: read, paths: [/workspace/*]}]}]'
    expect(policyOf(rules).check(file('read', '/workspace/a/b/secret.env')).decision).toBe('ALLOW')
    expect(warningsOf(rules).map(({ code }) => code)).toContain('recursive_star')
  })

  test('G6: a class of characters in a deny rule matches the characters', () => {
    const ssn = '*[0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9]*'
    const rules = `[{scope: data, deny: [{pattern: '${ssn}'}], allow: [{pattern: '*'}]}]`
    const policy = policyOf(rules)
    expect(policy.check({ scope: 'data', command: 'ssn 123-45-6789.' }).decision).toBe('DENY')
    expect(policy.check({ scope: 'data', command: ssn }).decision).toBe('DENY')
    expect(policy.check({ scope: 'data', command: '12-345-6789' }).decision).toBe('ALLOW')
    expect(warningsOf(rules).map(({ code }) => code)).toContain('class_in_pattern')
  })

  test('G18: a question mark is one character, however many bytes it has', () => {
    const data = (command: string): ActionRequest => ({ scope: 'data', command })
    const policy = policyOf("[{scope: data, allow: [{pattern: 'caf?'}]}]")
    expect(policy.check(data('café')).decision).toBe('ALLOW')
    expect(policy.check(data('caf😀')).decision).toBe('ALLOW')
    expect(policy.check(data('caf')).decision).toBe('DENY')
    expect(policy.check(data('cafés')).decision).toBe('DENY')
  })
})

describe('rules', () => {
  test('G7: an allow rule for an action and a domain asks for both', () => {
    const policy = policyOf('[{scope: network, allow: [{action: GET, domain: good.com}]}]')
    const get = (domain: string): ActionRequest => ({ scope: 'network', action: 'GET', domain })
    expect(policy.check(get('bad.com')).decision).toBe('DENY')
    expect(policy.check({ ...get('good.com'), action: 'POST' }).decision).toBe('DENY')
    expect(policy.check(get('good.com')).matched_rule).toBe('allow:network:GET')
  })

  test('G7: a restrictive rule with several fields matches on any, and the author is told', () => {
    const rules =
      '[{scope: network, deny: [{action: POST, domain: evil.com}], allow: [{domain: "*"}]}]'
    const policy = policyOf(rules)
    expect(policy.check({ ...network('evil.com'), action: 'GET' }).decision).toBe('DENY')
    expect(policy.check({ ...network('good.com'), action: 'POST' }).decision).toBe('DENY')
    expect(warningsOf(rules).map(({ code }) => code)).toEqual(['wide_fields'])
  })

  test('G8: a deny rule with paths alone denies every action on them', () => {
    const policy = policyOf(
      "[{scope: filesystem, deny: [{paths: [/etc/**]}], allow: [{action: read, paths: ['**']}]}]"
    )
    expect(policy.check(file('read', '/etc/passwd'))).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:filesystem:/etc/**'
    })
    expect(policy.check(file('read', '/home/x')).decision).toBe('ALLOW')
  })

  test('G8: an allow rule with paths alone allows nothing, and the author is told', () => {
    const rules = "[{scope: filesystem, allow: [{paths: ['**']}]}]"
    expect(policyOf(rules).check(file('read', '/x')).decision).toBe('DENY')
    expect(warningsOf(rules).map(({ code }) => code)).toEqual(['never_matches'])
  })

  test('G9: a deny in a later rule set of the scope wins over an allow in an earlier one', () => {
    const policy = policyOf(
      "[{scope: shell, allow: [{pattern: 'ls *'}]}, {scope: shell, deny: [{pattern: 'ls -la*'}]}]"
    )
    expect(policy.check(shell('ls -la')).matched_rule).toBe('deny:shell:ls -la*')
    expect(policy.check(shell('ls -l')).decision).toBe('ALLOW')
  })

  test('G15: the name of a denied tool is denied in any case and width', () => {
    const policy = policyOf(
      "[{scope: mcp_tool, deny: [{pattern: '*:write_*'}], allow: [{pattern: 'fs:*'}]}]"
    )
    for (const command of ['fs:Write_File', 'fs:WRITE_file', 'fs:ｗrite_file', 'fs:write_file']) {
      expect(policy.check({ scope: 'mcp_tool', command }).decision, command).toBe('DENY')
    }
    expect(policy.check({ scope: 'mcp_tool', command: 'fs:read_file' }).decision).toBe('ALLOW')
  })

  test('G15: a name of a tool is allowed only in the case in which it is written', () => {
    const policy = policyOf("[{scope: unmapped, allow: [{pattern: 'Search'}]}]")
    expect(policy.check({ scope: 'unmapped', command: 'Search' }).decision).toBe('ALLOW')
    expect(policy.check({ scope: 'unmapped', command: 'search' }).decision).toBe('DENY')
  })

  test('G16: a verdict names the line of its rule, and its explanation the field that matched', () => {
    const policy = policyOf(
      "\n  - scope: network\n    deny: [{pattern: 'curl *', domain: evil.com}]"
    )
    const { verdict, effects } = policy.explain(network('evil.com'))
    expect(verdict.matched_rule).toBe('deny:network:curl *')
    expect(verdict.rule_source).toEqual({ line: 5 })
    expect(effects[0]?.considered[0]?.tests).toEqual([
      { field: 'pattern', holds: false },
      { field: 'domain', holds: true }
    ])
  })

  test('G17: a base path that climbs is refused, one in an override is said never to match', () => {
    const climbing = "[{scope: filesystem, allow: [{action: read, paths: ['a/../../x']}]}]"
    expect(issuesOf(climbing).map(({ code }) => code)).toEqual(['path_traversal'])
    const override = `agents: {bot: {override: ${climbing}}}`
    expect(warningsOf('[]', override).map(({ code }) => code)).toEqual(['never_matches'])
    const policy = policyOf('[]', override)
    expect(policy.check({ ...file('read', '../x'), agent_id: 'bot' }).decision).toBe('DENY')
  })

  test('G17: `..` in a path of a rule is applied, so the rule is for the path that it names', () => {
    const policy = policyOf(
      "[{scope: filesystem, deny: [{paths: [/srv/../etc/**]}], allow: [{action: read, paths: ['**']}]}]"
    )
    expect(policy.check(file('read', '/etc/passwd')).decision).toBe('DENY')
    expect(policy.check(file('read', '/srv/x')).decision).toBe('ALLOW')
  })
})

describe('mistakes that are found when the file is loaded', () => {
  test.each([
    ['alow', '[{scope: shell, alow: [{pattern: ls}]}]', 'allow'],
    ['dney', "[{scope: shell, dney: [{pattern: 'rm *'}]}]", 'deny'],
    [
      'requires_prior',
      '[{scope: shell, allow: [{pattern: ls, conditions: [{requires_prior: x}]}]}]',
      'require_prior'
    ]
  ])('G10: the misspelt key %s is refused, with the key that was meant', (_, rules, suggestion) => {
    expect(issuesOf(rules)).toMatchObject([{ code: 'unknown_key', line: 3, suggestion }])
  })

  test.each(['NaN', '-1', 'inf', '.nan'])('G11: a session limit of %s is refused', (limit) => {
    expect(issuesOf(`[{scope: cost, limits: {max_per_session: ${limit}}}]`)).toMatchObject([
      { code: 'invalid_limit', line: 3 }
    ])
  })

  test('G12: a limit that is no amount is refused', () => {
    expect(issuesOf('[{scope: cost, limits: {max_per_action: abc}}]')).toMatchObject([
      { code: 'invalid_limit', path: 'rules[0].limits.max_per_action' }
    ])
  })

  test('G13: a scope that an override names twice is refused', () => {
    const override =
      "[{scope: shell, deny: [{pattern: 'rm *'}]}, {scope: shell, allow: [{pattern: ls}]}]"
    expect(issuesOf('[]', `agents: {bot: {override: ${override}}}`)).toMatchObject([
      { code: 'duplicate_override_scope', path: 'agents.bot.override[1]' }
    ])
  })

  test('G14: an override mode that is neither merge nor replace is refused', () => {
    expect(issuesOf('[]', 'agents: {bot: {override_mode: Replace}}')).toMatchObject([
      { code: 'invalid_override_mode', path: 'agents.bot.override_mode' }
    ])
  })

  test('A24: a key that is there twice is refused', () => {
    const rules = "[{scope: shell, deny: [{pattern: 'rm *'}], deny: [{pattern: 'dd *'}]}]"
    expect(issuesOf(rules)).toMatchObject([{ code: 'duplicate_key', line: 3 }])
  })
})

describe('requests', () => {
  test('A24: a misspelt member of an action is no command, so that nothing allows it', () => {
    const action = { scope: 'shell', commmand: 'ls', Command: 'ls' } as ActionRequest
    expect(policyOf(allowAll).check(action)).toMatchObject({
      decision: 'DENY',
      reason: 'No matching allow rule (default deny)'
    })
  })

  test('A7: a cost of exactly the limit is within it, and one micro-dollar more is not', () => {
    const policy = policyOf('[{scope: cost, limits: {max_per_action: $0.30}}]')
    expect(policy.check(cost(0.3)).decision).toBe('ALLOW')
    expect(policy.check(cost(0.300_001)).decision).toBe('DENY')
    expect(policy.check(cost(0.1 + 0.2)).decision).toBe('DENY')
  })

  test('A7: a limit is kept in whole micro-dollars', () => {
    const policy = policyOf('[{scope: cost, limits: {max_per_session: $0.30}}]')
    expect(policy.document.rules[0]?.limits?.max_per_session).toEqual({
      text: '$0.30',
      micros: 300_000
    })
  })

  test('A19: a deny rule that depends on a history that is not there turns an ALLOW into DENY', () => {
    const policy = policyOf(
      "[{scope: shell, deny: [{pattern: 'make *', conditions: [{require_prior: 'git push'}]}], allow: [{pattern: 'make *'}]}]"
    )
    expect(policy.check(shell('make all')).decision).toBe('DENY')
    expect(policy.check(shell('make all'), { prior: () => 'no' }).decision).toBe('ALLOW')
  })

  test('A22: a path as long as systems take is judged like a short one, a longer one is denied', () => {
    const policy = policyOf(
      "[{scope: filesystem, deny: [{action: write, paths: ['**/.ssh/**']}], allow: [{action: write, paths: [/a/**]}]}]"
    )
    const path = '/a'.repeat(16_000)
    expect(policy.check(file('write', path)).decision).toBe('ALLOW')
    expect(policy.check(file('write', `${path}/.ssh/id`)).decision).toBe('DENY')
    expect(policy.check(file('read', path)).decision).toBe('DENY')
    expect(policy.check(file('write', '/a'.repeat(500_000))).decision).toBe('DENY')
  })

  test.each(['a\u0000pi.openai.com', 'api.openai.com\n', '\u007fapi.openai.com'])(
    'N7: a host with control characters in it is not the host without them: %j',
    (domain) => {
      const policy = policyOf('[{scope: network, allow: [{domain: api.openai.com}]}]')
      expect(policy.check(network(domain)).decision).toBe('DENY')
    }
  )

  test('N7: control characters do not hide a host from a deny rule', () => {
    const policy = policyOf(
      "[{scope: network, deny: [{domain: evil.com}], allow: [{domain: '*'}]}]"
    )
    expect(policy.check(network('ev\u0000il.com')).decision).toBe('DENY')
  })

  const hosts = [
    ['loopback', '127.1 127.0.0.2 0 0.0.0.0 2130706433 0x7f.1 0177.0.0.1 [::1] ::1'],
    ['loopback', '[::ffff:127.0.0.1] localhost localhost. LOCALHOST'],
    ['metadata', '169.254.169.254 2852039166 0xa9fea9fe [::ffff:a9fe:a9fe]'],
    ['metadata', 'metadata.google.internal metadata.google.internal.'],
    ['private', '10.0.0.1 167772161 012.0.0.1 192.168.1.1 172.31.0.1 [fd12::1]'],
    ['link_local', '169.254.1.1 [fe80::1] fe80::1']
  ] as const

  test.each(
    hosts.flatMap(([hostClass, list]) => list.split(' ').map((host) => [hostClass, host] as const))
  )('N8, N9: a deny of class %s knows %s', (hostClass, host) => {
    const policy = policyOf(
      `[{scope: browser, deny: [{class: ${hostClass}}], allow: [{domain: '*'}]}]`
    )
    expect(policy.check({ scope: 'browser', domain: host }).decision).toBe('DENY')
    expect(policy.check({ scope: 'browser', domain: 'example.com' }).decision).toBe('ALLOW')
  })

  test('N10: a pattern for subdomains does not stand for the apex in an allow rule', () => {
    const policy = policyOf("[{scope: network, allow: [{domain: '*.bank.com'}]}]")
    expect(policy.check(network('bank.com')).decision).toBe('DENY')
    expect(policy.check(network('www.bank.com')).decision).toBe('ALLOW')
  })
})
