import { compilePolicy, type Policy } from '@agentguard/policy'
import type { Decision } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import { expectLinear } from '../../../test/support/expect-linear.ts'
import { toolCallActions } from '../src/index.ts'
import { isUsual } from '../src/words.ts'

function policyOf(rules: string): Policy {
  const compiled = compilePolicy(`
version: "1"
name: tools
rules:
  - scope: mcp_tool
    allow: [{ pattern: "*" }]
  - scope: unmapped
    allow: [{ pattern: "*" }]
${rules}
tool_scope_map:
  - { pattern: "fs:*", scope: filesystem }
  - { pattern: "net:*", scope: network }
  - { pattern: "sh:*", scope: shell }
  - { pattern: "*_file", scope: filesystem }
`)
  if (!compiled.ok) throw new Error(compiled.issues.map(({ message }) => message).join('; '))
  return compiled.policy
}

const files = policyOf(`
  - scope: filesystem
    deny: [{ paths: ["/etc/**", "**/.env"] }]
    allow:
      - { action: read, paths: ["/repo/**"] }
      - { action: write, paths: ["/repo/**"] }
      - { action: delete, paths: ["/repo/**"] }`)
const hosts = policyOf(`
  - scope: network
    allow: [{ domain: good.com }]`)
const commands = policyOf(`
  - scope: shell
    deny: [{ pattern: "*evil*" }, { pattern: "rm *" }]
    allow: [{ pattern: "*" }]`)

function decide(
  policy: Policy,
  name: string,
  args: unknown,
  source: 'mcp' | 'llm' = 'mcp'
): Decision {
  const { toolScope } = policy
  return policy.check(toolCallActions({ name, arguments: args }, { source, toolScope })).decision
}

type Row = [name: string, args: unknown]

describe('what version 1.0 allows because it reads one argument', () => {
  test.each<Row>([
    ['fs:read', { path: '/repo/x', file_path: '/etc/shadow' }],
    ['fs:move_file', { source: '/etc/shadow', destination: '/repo/x' }],
    ['fs:copy_file', { source: '/etc/shadow', destination: '/repo/x' }],
    ['fs:copy_file', { source: '/repo/x', destination: '/etc/cron.d/x' }],
    ['fs:read', { paths: ['/etc/shadow'], path: '/repo/a' }],
    ['fs:read', { path: '/repo/a', options: { more: [{ files: ['/repo/b', '/etc/shadow'] }] } }],
    ['fs:read', { path: '/repo/a', extra: '{"path":"/etc/shadow"}' }],
    ['fs:read', { path: '/repo/a', anything: '/etc/shadow' }],
    ['fs:read', { path: '/repo/a', filename: '../etc/shadow' }],
    ['fs:read', { path: '/repo/a', uri: 'file:///etc/shadow' }],
    ['fs:read', { directory: '/etc', filename: 'shadow' }],
    ['fs:read', { path: '/repo/a', anything: ' \n/etc/shadow' }],
    ['fs:read', { path: '/repo/a', tool_name: 'x:noop', arguments: { anything: '/etc/shadow' } }],
    ['net:download', { url: 'https://good.com/', path: '/etc/cron.d/x' }],
    ['fs:read', '{"path":"/repo/a","path":"/etc/shadow"}'],
    ['fs:read', '{"path":"/etc/shadow","path":"/repo/a"}'],
    ['fs:read', '{"path":"/repo/a","more":["/etc/shadow"'],
    ['x:save', { path: '/etc/shadow' }],
    ['hub:call_tool', { tool_name: 'fs:read', arguments: { path: '/etc/shadow' } }]
  ])('%s %j is denied where /etc is', (name, args) => {
    expect(decide(files, name, args)).toBe('DENY')
  })

  test.each<Row>([
    ['net:fetch', { url: 'https://evil.com/', host: 'good.com' }],
    ['net:fetch', { url: 'https://evil.com/', domain: 'good.com' }],
    ['net:fetch', { uri: 'https://evil.com/', host: 'good.com' }],
    ['net:fetch', { urls: ['https://evil.com/'], host: 'good.com' }],
    ['net:fetch', { host: 'evil.com', url: 'https://good.com/' }],
    ['net:fetch', { url: 'https://good.com/', callback: 'https://evil.com/' }],
    ['net:fetch', { url: 'https://good.com/', headers: [{ x: 'https://evil.com/' }] }],
    ['net:fetch', { url: 'https://good.com@evil.com/' }],
    ['net:fetch', { url: '//evil.com/', host: 'good.com' }],
    ['net:fetch', { url: 'https://good.com/', x: '//evil.com/' }],
    ['net:fetch', { url: 'https://good.com/', x: 'ht\ttps://evil.com/' }],
    ['net:fetch', { url: 'https://good.com/', proxy: 'evil.com:80' }],
    ['x:open', { url: 'https://evil.com/' }]
  ])('%s %j is denied where only good.com is allowed', (name, args) => {
    expect(decide(hosts, name, args)).toBe('DENY')
  })

  test('what is harmless is allowed under the same policies', () => {
    expect(decide(files, 'fs:read', { path: '/repo/a' })).toBe('ALLOW')
    expect(decide(files, 'fs:read_multiple_files', { paths: ['/repo/a', '/repo/b'] })).toBe('ALLOW')
    expect(decide(files, 'fs:move_file', { source: '/repo/a', destination: '/repo/b' })).toBe(
      'ALLOW'
    )
    expect(decide(files, 'fs:write_file', { path: '/repo/a', content: 'cat /etc/shadow' })).toBe(
      'ALLOW'
    )
    expect(
      decide(files, 'github:get_file_contents', { owner: 'o', repo: 'r', path: 'src/a.ts' })
    ).toBe('ALLOW')
    expect(decide(files, 'read_file', { path: '/repo/a' }, 'llm')).toBe('ALLOW')
    expect(decide(hosts, 'net:fetch', { url: 'https://good.com/', host: 'good.com' })).toBe('ALLOW')
    expect(decide(hosts, 'x:save', { path: '/srv/a' })).toBe('ALLOW')
  })
})

describe('what stands beside a command', () => {
  const both = policyOf(`
  - scope: shell
    deny: [{ pattern: "*evil*" }]
    allow: [{ pattern: "*" }]
  - scope: filesystem
    allow:
      - { action: read, paths: ["src/**", "/repo/**"] }
      - { action: write, paths: ["/repo/**"] }`)

  test.each(['cwd', 'cd', 'chdir', 'pwd', 'root', 'location', 'directory'])(
    'its directory is one that the command works in, as `%s`',
    (name) => {
      expect(decide(both, 'sh:run', { command: 'cat src/shadow', [name]: '/etc' })).toBe('DENY')
      expect(decide(both, 'sh:run', { command: 'cat src/shadow', [name]: 'etc' })).toBe('DENY')
      expect(decide(both, 'sh:run', { command: 'cat src/a', [name]: '/repo' })).toBe('ALLOW')
      expect(decide(both, 'sh:run', { command: 'cat src/a', [name]: '.' })).toBe('ALLOW')
    }
  )

  test.each([
    { with_escalated_permissions: true },
    { user: 'root' },
    { sandbox: false },
    { sandbox_permissions: 'require_escalated' },
    { dangerouslyDisableSandbox: true }
  ])('more power than a command has by itself is asked about: %j', (more) => {
    expect(decide(both, 'sh:run', { command: 'cat src/a', ...more })).toBe('REQUIRE_APPROVAL')
  })

  test('and less is not', () => {
    const less = { with_escalated_permissions: false, sandbox: true, user: '' }
    expect(decide(both, 'sh:run', { command: 'cat src/a', ...less })).toBe('ALLOW')
  })

  test.each<Row>([
    ['terminal', { input: 'evil x' }],
    ['x:bash', { command: { text: 'evil x' } }]
  ])('a command under another name is one: %s %j', (name, args) => {
    expect(decide(both, name, args)).toBe('DENY')
  })
})

describe('one text that stands for more', () => {
  test.each(['/repo/a\n/etc/shadow', '/repo/a,/etc/shadow', '/repo/a; /etc/shadow'])(
    'several paths in one text are several paths: %j',
    (path) => {
      expect(decide(files, 'fs:read', { path })).toBe('DENY')
    }
  )

  test('where a download goes is written, whatever it is called', () => {
    const policy = policyOf(`
  - scope: network
    allow: [{ domain: good.com }]
  - scope: filesystem
    allow: [{ action: write, paths: ["/repo/**"] }, { action: read, paths: ["/repo/**"] }]`)
    const get = (output: string) => decide(policy, 'net:get', { url: 'https://good.com/', output })
    expect(get('/etc/x')).toBe('DENY')
    expect(get('/repo/x')).toBe('ALLOW')
  })
})

describe('redaction before the verdict', () => {
  test.each([
    'token=a;evil x',
    'token=a&&evil x',
    'api_key=a|evil x',
    'secret=`evil`',
    'true;password=$(evil x)',
    'echo hi; token=1&evil'
  ])('K13: `%s` is denied as it is', (command) => {
    expect(decide(commands, 'bash', { command }, 'llm')).toBe('DENY')
    expect(decide(commands, 'sh:run', { command })).toBe('DENY')
    expect(decide(commands, 'sh:run', { command: ['sh', '-c', command] })).toBe('DENY')
  })

  test.each([
    { command: 'ls', stdin: 'evil x' },
    { command: 'ls', anything: 'evil x' },
    { command: 'ls', steps: [{ run: 'evil x' }] },
    { command: 'env', args: ['evil', 'x'], env: { A: 'b' } },
    { command: 'ls', shell: '/repo/evil' }
  ])('a command is found wherever it stands: %j', (args) => {
    expect(decide(commands, 'sh:run', args)).toBe('DENY')
  })

  test('two calls that differ in a secret are two actions', () => {
    const action = (command: string) =>
      toolCallActions({ name: 'bash', arguments: { command } }, { source: 'llm' })
    expect(action('login --password a')).not.toEqual(action('login --password b'))
  })
})

describe('the envelope of a tool call', () => {
  const everything = policyOf(`
  - scope: filesystem
    allow: [{ pattern: "*" }]
  - scope: network
    allow: [{ pattern: "*" }, { domain: "*" }]
  - scope: shell
    allow: [{ pattern: "*" }]`)

  test.each<[row: string, args: unknown]>([
    ['K04, duplicate names', '{"path":"/repo/a","path":"/repo/b"}'],
    ['K04, duplicate names in other spellings', '{"path":"/repo/a","p\\u0061th":"/repo/b"}'],
    ['K04, duplicate names inside', '{"path":"/repo/a","x":[{"b":1,"b":2}]}'],
    ['K05, a name in another case', { PATH: '/repo/a' }],
    ['K05, a name in two cases', { path: '/repo/a', Path: '/repo/b' }],
    ['K05, a name taken apart', { paTH: '/repo/a' }],
    ['K05, a full-width name', { ｐａｔｈ: '/repo/a' }],
    ['K05, a name with what nobody sees', { 'pa\u200bth': '/repo/a' }],
    ['K05, __proto__', '{"path":"/repo/a","__proto__":{"path":"/repo/b"}}'],
    ['K05, constructor', { path: '/repo/a', constructor: { x: 1 } }],
    ['K06, a number for a path', { path: 5 }],
    ['K06, a number for a path beside a path', { path: 5, file_path: '/repo/a' }],
    ['K06, a large number', '{"path":"/repo/a","id":12345678901234567890}'],
    ['K06, a number without an end', '{"path":"/repo/a","id":1e999}'],
    ['K06, half a character', '{"path":"/repo/\\ud800"}'],
    ['K06, half a character in a value', { path: '/repo/\ud800' }],
    ['K07, arguments that are cut off', '{"path":"/repo/a","content":"x'],
    ['K07, more than one value', '{"path":"/repo/a"}{}'],
    ['a list', '[{"path":"/repo/a"}]'],
    ['a text', '"/repo/a"'],
    ['what is nested too deep', `{"path":"/repo/a","x":${'['.repeat(60)}${']'.repeat(60)}}`],
    ['what is too large', { path: '/repo/a', list: Array(30_000).fill(0) }],
    ['what is too long', JSON.stringify({ path: '/repo/a', content: 'x'.repeat(1_100_000) })],
    ['too many paths', { paths: Array.from({ length: 300 }, (_, at) => `/repo/${at}`) }]
  ])('%s: nothing allows it', (_, args) => {
    for (const source of ['mcp', 'llm'] as const) {
      const name = source === 'mcp' ? 'fs:read_file' : 'read_file'
      expect(decide(everything, name, { path: '/repo/a' }, source)).toBe('ALLOW')
      expect(decide(everything, name, args, source)).not.toBe('ALLOW')
    }
  })

  test('K10: a tool that is called through another one needs its own allowance', () => {
    const some = policyOf('').document
    expect(some.rules).toHaveLength(2)
    const compiled = compilePolicy(`
version: "1"
name: hub
rules:
  - scope: mcp_tool
    allow: [{ pattern: "hub:*" }, { pattern: "fs:read" }]
`)
    if (!compiled.ok) throw new Error('the policy of this test does not load')
    const check = (tool_name: string, name = 'hub:call_tool') =>
      decide(compiled.policy, name, { tool_name, arguments: {} })
    expect(check('fs:read')).toBe('ALLOW')
    expect(check('rm')).toBe('DENY')
    const nested = { tool_name: 'hub:call_tool', arguments: { tool_name: 'rm' } }
    expect(decide(compiled.policy, 'hub:call_tool', nested)).toBe('DENY')
    const parallel = {
      tool_uses: [{ recipient_name: 'functions.bash', parameters: '{"command":"rm x"}' }]
    }
    expect(decide(commands, 'multi_tool_use.parallel', parallel, 'llm')).toBe('DENY')
  })

  test('K12: other arguments are another action, also where they cannot be understood', () => {
    const texts = [
      '{"path":"/repo/a"',
      '{"path":"/repo/a","x":"1',
      '{"a":1,"a":2}',
      '{"a":1,"a":3}'
    ]
    const actions = texts.map((text) =>
      JSON.stringify(toolCallActions({ name: 'fs:read', arguments: text }, { source: 'mcp' }))
    )
    expect(new Set(actions).size).toBe(texts.length)
  })

  test('K14: a name in disguise is not the tool that it looks like', () => {
    const named = (name: string) => toolCallActions({ name }, { source: 'llm' })
    expect(['bаsh', 'ba\u200bsh', 'Bash'].map((name) => named(name).scope)).toEqual(
      Array(3).fill('unmapped')
    )
    expect(named('ba\u200bsh').command).toBe('ba\u200bsh')
  })

  test('K17: over a limit, denials still find what is there', () => {
    const paths = Array.from({ length: 200 }, (_, at) => `/repo/${at}`)
    expect(decide(files, 'fs:read', { deep: nest({ path: '/etc/shadow' }, 30), paths })).toBe(
      'DENY'
    )
    const cut = JSON.stringify({ path: '/etc/shadow', list: Array(600_000).fill(1) })
    expect(decide(files, 'fs:read', cut)).toBe('DENY')
  })

  test('W12: a command that is a list is what runs, in every word', () => {
    expect(decide(commands, 'shell', { command: ['rm', '-rf', '/'] }, 'llm')).toBe('DENY')
    expect(decide(commands, 'exec', { args: ['rm', '-rf', '/'] }, 'llm')).toBe('DENY')
    expect(decide(commands, 'shell', { command: ['echo', 'a; b'] }, 'llm')).toBe('ALLOW')
  })
})

function nest(value: object, depth: number): object {
  return depth === 0 ? value : { inner: nest(value, depth - 1) }
}

describe('what only several arguments say together', () => {
  const guarded = policyOf(`
  - scope: shell
    deny: [{ pattern: "evil" }, { pattern: "evil *" }]
    allow: [{ pattern: "*" }]
  - scope: filesystem
    deny: [{ paths: ["/repo/conf/prod.yaml", "conf/prod.yaml", "/out/**"] }]
    allow:
      - { action: read, paths: ["/repo/**", "*.yaml", "conf"] }
      - { action: write, paths: ["/repo/**"] }
  - scope: network
    deny: [{ domain: evil.com }]
    allow: [{ domain: "*" }]`)

  test.each<Row>([
    ['sh:run', { command: 'cat', args: ['prod.yaml'], cwd: '/repo/conf' }],
    ['sh:run', { command: 'cat', args: 'prod.yaml', cwd: '/repo/conf' }],
    ['sh:run', { commands: ['cat prod.yaml'], cwd: '/repo/conf' }],
    ['sh:run', { commands: [{ command: 'cat prod.yaml' }], cwd: '/repo/conf' }],
    ['sh:run', { command: 'cat prod.yaml', options: { cwd: '/repo/conf' } }],
    ['sh:run', { command: 'cat prod.yaml', project_dir: '/repo/conf' }],
    ['sh:run', { command: 'cat prod.yaml', workspace: '/repo/conf' }]
  ])('a directory holds for every form of a command: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).toBe('DENY')
  })

  test.each<Row>([
    ['fs:read_file', { directory: 'conf', filename: 'prod.yaml' }],
    ['fs:read_file', { project: '/repo/conf', path: 'prod.yaml' }],
    ['fs:read_file', { workspace_root: '/repo/conf', relative_path: 'prod.yaml' }]
  ])('a directory beside a path is where the path starts: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).toBe('DENY')
  })

  test('a program that is named as a file is run with its arguments', () => {
    expect(decide(guarded, 'sh:run', { file: 'evil', args: ['x'] })).toBe('DENY')
  })

  test('a shell reads the arguments again', () => {
    const call = { command: 'ls', args: ['; evil x'], shell: true }
    expect(decide(guarded, 'sh:run', call)).toBe('DENY')
  })

  test('files that are named by the members of an object are files', () => {
    expect(decide(guarded, 'fs:edit', { files: { '/out/x': 'text' } })).toBe('DENY')
  })

  test('the file of an old diff with context is one that is changed', () => {
    const patch = '*** /out/x\t2020\n--- /out/y\t2020\n***************\n'
    expect(decide(guarded, 'fs:apply_patch', { patch })).toBe('DENY')
  })

  test.each(['@evil.com/', ':80@evil.com/', '.evil.com/'])(
    'a path that changes the host before it is asked about: %s',
    (path) => {
      expect(decide(guarded, 'net:get', { host: 'good.com', path })).toBe('REQUIRE_APPROVAL')
    }
  )

  test.each([' ', ',', '\n'])('several URLs in one text are several URLs: %j', (between) => {
    const url = `http://good.com/${between}http://evil.com/`
    expect(decide(guarded, 'net:get', { url })).toBe('DENY')
  })
})

// A name of 60 capitals and an odd character took minutes: each run of capitals was read in many ways.
test('a name is read in one way', () => {
  for (const part of ['A', 'AB', 'AAA0', 'AAA0a', 'Aa']) {
    expect(isUsual(`ab${part.repeat(40)}!`)).toBe(false)
  }
  expect(
    ['filePath', 'fileURL', 'fileURLs', 'urlHTTP2', 'file_path', 'a.b-c'].map(isUsual)
  ).toEqual(Array(6).fill(true))
  expect(['fileX', 'xY', 'file IDs', 'FILE'].map(isUsual)).toEqual(Array(4).fill(false))
})

// Each empty line was a place to begin at and went on to the end: 64 KiB of them took five seconds.
test('an argument of empty lines is read in linear time', () => {
  const read = (size: number): unknown =>
    toolCallActions({ name: 'read', arguments: { path: '\n'.repeat(size) } }, { source: 'mcp' })
  expectLinear(read, 64_000)
  const asked = toolCallActions(
    { name: 'fs:read', arguments: { path: 'a\n \n /etc/passwd' } },
    { source: 'mcp', toolScope: () => 'filesystem' }
  )
  expect(asked.actions?.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['a', '/etc/passwd'])
  )
})

describe('how a command is run, as the options of a process say it', () => {
  const guarded = policyOf(`
  - scope: shell
    deny: [{ pattern: evil }, { pattern: "evil *" }]
    allow: [{ pattern: "*" }]`)

  test.each<Row>([
    ['sh:run', { command: 'ls', options: { env: { LD_PRELOAD: './evil.so' } } }],
    ['sh:run', { command: 'ls', args: [';', 'evil'], options: { shell: true } }],
    ['sh:run', { command: 'ls', args: [';', 'evil'], shell: 'bash' }],
    ['sh:run', { command: 'ls', args: [';', 'evil'], options: { shell: 'bash' } }],
    ['sh:run', { command: 'ls', args: [';', 'evil'], shell: 1 }],
    ['sh:run', { command: 'ls', args: [';', 'evil'], useShell: 'true' }]
  ])('is judged: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).not.toBe('ALLOW')
    expect(decide(guarded, name, args, 'llm')).not.toBe('ALLOW')
  })

  test.each<Row>([
    ['sh:run', { command: 'ls', args: [';', 'evil'], shell: false }],
    ['sh:run', { command: 'ls', args: ['-l'], options: { shell: true, env: { CI: '1' } } }]
  ])('and allowed where it is harmless: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).toBe('ALLOW')
  })
})

describe('a request', () => {
  const guarded = policyOf(`
  - scope: network
    deny: [{ action: POST }]
    allow: [{ domain: good.com }]`)
  const url = 'https://good.com/x'

  test.each<Row>([
    ['net:fetch', { url, verb: 'POST' }],
    ['net:fetch', { url, type: 'POST' }],
    ['net:fetch', { url, request_method: 'post' }],
    ['net:fetch', { url, method: 'ＰＯＳＴ' }]
  ])('has the method that any of its arguments names: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).toBe('DENY')
  })

  test.each<Row>([
    ['net:get', { host: 'good.com', port: '@evil.com' }],
    ['net:get', { host: 'good.com', subdomain: 'evil.com/' }],
    ['net:get', { host: 'good.com', scheme: 'https://evil.com/?' }],
    ['net:get', { host: 'good.com', username: 'evil.com/' }]
  ])('is asked about where a part of its URL may change the host: %s %j', (name, args) => {
    expect(decide(guarded, name, args)).not.toBe('ALLOW')
  })

  test('is allowed where no part does', () => {
    const args = { host: 'good.com', port: '8080', scheme: 'https', username: 'me@mail.org' }
    expect(decide(guarded, 'net:get', args)).toBe('ALLOW')
    expect(decide(guarded, 'net:get', { url, type: 'json' })).toBe('ALLOW')
  })
})
