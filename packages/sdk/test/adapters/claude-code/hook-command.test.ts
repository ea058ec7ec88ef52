import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runHookCommand } from '../../../src/adapters/claude-code/hook-command.ts'
import { hookSettings } from '../../../src/adapters/claude-code/index.ts'
import { useGuardServer } from '../../support/guard-server.ts'
import { serveVerdict } from '../../support/serve-verdict.ts'

const main = fileURLToPath(new URL('../../../src/adapters/claude-code/main.ts', import.meta.url))

const server = useGuardServer({
  policy: `version: "1"
name: claude-code
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm *" }]
    allow: [{ pattern: "ls *" }]
  - scope: filesystem
    allow: [{ action: read, paths: ["/work/**"] }]
  - scope: mcp_tool
    allow: [{ pattern: "my_files:*" }, { pattern: "ours:*" }]
`
})

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly decision: string | undefined
  readonly reason: string
}

/** Runs the command as Claude Code does, in a process of its own. */
async function spawned(input: unknown, ...flags: readonly string[]): Promise<Ran> {
  const { AGENTGUARD_API_KEY: _, AGENTGUARD_TENANT_ID: __, ...environment } = process.env
  const child = spawn(process.execPath, [main, '--url', server().url, ...flags], {
    env: environment
  })
  child.stdin.on('error', () => {})
  child.stdin.end(textOf(input))
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>
  ])
  return ranOf(code, stdout, stderr)
}

/** Runs what the command runs, in this process. */
async function run(input: unknown, ...flags: readonly string[]): Promise<Ran> {
  const chunks = Readable.from([Buffer.from(textOf(input))])
  const args = ['--url', server().url, '--tenant-id', '', ...flags]
  const answer = await runHookCommand(args, chunks, ['node', 'it is main.js'])
  return ranOf(answer.exitCode, answer.stdout, answer.stderr)
}

function textOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input)
}

function ranOf(code: number, stdout: string, stderr: string): Ran {
  const said = stdout.startsWith('{') ? JSON.parse(stdout).hookSpecificOutput : undefined
  const reason = said?.permissionDecisionReason ?? ''
  return { code, stdout, stderr, decision: said?.permissionDecision, reason }
}

let count = 0

function use(name: string, input: unknown, more: object = {}): object {
  return {
    session_id: 's1',
    transcript_path: '/dev/null',
    cwd: '/work',
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: name,
    tool_input: input,
    tool_use_id: `toolu_${++count}`,
    ...more
  }
}

describe('the hook of Claude Code', () => {
  test('is a command that answers on its output, or blocks with code 2', async () => {
    const list = spawned(use('Bash', { command: 'ls -l' }))
    const broken = spawned('{')
    expect(await list).toMatchObject({ code: 0, decision: 'allow', stderr: '' })
    expect(await broken).toMatchObject({ code: 2, decision: 'deny' })
  })

  test('allows and denies', async () => {
    expect(await run(use('Bash', { command: 'ls -l' }))).toMatchObject({
      code: 0,
      decision: 'allow'
    })
    expect(await run(use('Bash', { command: 'rm -rf x' }))).toMatchObject({
      code: 0,
      decision: 'deny',
      reason: '[AgentGuard] Action denied: nothing is deleted'
    })
    expect(await run(use('Read', { file_path: '/work/a' }))).toMatchObject({ decision: 'allow' })
    expect(await run(use('Read', { file_path: '/root/a' }))).toMatchObject({ decision: 'deny' })
  })

  test('knows the server of a tool from Claude Code, else from the name of the tool', async () => {
    const named = { mcp_server: { name: 'my files', source: 'user' } }
    const read = use('mcp__my_files__read', {}, named)
    expect(await run(read)).toMatchObject({ decision: 'allow' })
    const [other] = [use('mcp__my_files__x__read', {}, { mcp_server: { name: 'my_files__x' } })]
    expect(await run(other)).toMatchObject({ decision: 'deny' })
    // Without that, it may be the tool of a server whose name only begins like another one.
    expect(await run(use('mcp__my_files__read', {}))).toMatchObject({ decision: 'allow' })
    expect(await run(use('mcp__my_files__x__read', {}))).toMatchObject({ decision: 'deny' })
    expect(await run(use('mcp__ours__a__b', {}))).toMatchObject({ decision: 'deny' })
  })

  test('waits for a person', async () => {
    const yes = run(use('Bash', { command: 'npm ci' }))
    await server().approve(await server().nextApproval())
    expect(await yes).toMatchObject({ code: 0, decision: 'allow' })
    const no = run(use('Bash', { command: 'npm ci' }))
    await server().deny(await server().nextApproval())
    expect(await no).toMatchObject({ code: 0, decision: 'deny' })
    const late = run(use('Bash', { command: 'npm late' }), '--approval-timeout', '0.05')
    expect(await late).toMatchObject({ code: 0, decision: 'deny' })
    await server().nextApproval()
  })

  test('hands what needs a person to the prompt, or refuses it until there is a yes', async () => {
    const asked = await run(use('Bash', { command: 'npm ask' }), '--approval', 'ask')
    const id = await server().nextApproval()
    expect(asked).toMatchObject({ code: 0, decision: 'ask', reason: expect.stringContaining(id) })
    const input = { command: 'npm later' }
    expect(await run(use('Bash', input), '--approval', 'deny')).toMatchObject({ decision: 'deny' })
    await server().approve(await server().nextApproval())
    expect(await run(use('Bash', input), '--approval', 'deny')).toMatchObject({ decision: 'allow' })
  })

  test.each(['auto', 'bypassPermissions', 'acceptEdits', 'dontAsk', undefined])(
    'denies what needs a person in the permission mode %s, where nobody may be prompted',
    async (mode) => {
      const input = use('Bash', { command: `npm ${mode}` }, { permission_mode: mode })
      expect(await run(input, '--approval', 'ask')).toMatchObject({
        code: 0,
        decision: 'deny',
        reason: expect.stringContaining(await server().nextApproval())
      })
    }
  )

  test("leaves what is allowed to Claude Code's own prompts if it is told to", async () => {
    const left = await run(use('Bash', { command: 'ls -l' }), '--keep-prompts')
    expect(left).toMatchObject({ code: 0, stdout: '{}\n' })
    const denied = await run(use('Bash', { command: 'rm x' }), '--keep-prompts')
    expect(denied).toMatchObject({ decision: 'deny' })
  })

  test('denies without a server, unless it is to fail open, and for unknown decisions', async () => {
    const nowhere = ['--url', 'http://127.0.0.1:1']
    const list = use('Bash', { command: 'ls -l' })
    expect(await run(list, ...nowhere)).toMatchObject({ code: 0, decision: 'deny' })
    expect(await run(list, ...nowhere, '--fail-open')).toMatchObject({ decision: 'allow' })
    const odd = ['--url', await serveVerdict({ decision: 'allow', reason: '' })]
    expect(await run(list, ...odd, '--fail-open')).toMatchObject({ decision: 'deny' })
  })

  test.each([
    ['no input', ''],
    ['no JSON', '{"hook_event_name":"PreToolUse","tool_name":"Bash"'],
    ['no object', '[]'],
    ['another event', use('Bash', { command: 'ls' }, { hook_event_name: 'PostToolUse' })],
    ['no tool', use('', { command: 'ls' })],
    ['no arguments', { hook_event_name: 'PreToolUse', tool_name: 'Bash' }]
  ])('blocks for %s', async (_, input) => {
    const { code, decision, stderr } = await run(input)
    expect({ code, decision }).toEqual({ code: 2, decision: 'deny' })
    expect(stderr).toMatch(/^\[AgentGuard\] Action denied: /)
  })

  test('blocks for flags that it does not know', async () => {
    const list = use('Bash', { command: 'ls -l' })
    for (const flags of [
      ['--bad'],
      ['--approval', 'maybe'],
      ['--approval-timeout', 'x'],
      ['word']
    ]) {
      expect(await run(list, ...flags)).toMatchObject({ code: 2, decision: 'deny' })
    }
  })

  test('prints settings with which a hook that fails or is late blocks', async () => {
    const { stdout } = await run('', '--approval-timeout', '600', '--print-settings')
    const { hooks } = JSON.parse(stdout)
    const [{ matcher, hooks: commands }] = hooks.PreToolUse
    const flags = `--url ${server().url} --tenant-id '' --approval-timeout 600`
    expect({ matcher, commands }).toEqual({
      matcher: '*',
      commands: [
        {
          type: 'command',
          command: `node 'it is main.js' ${flags}`,
          timeout: 660,
          onFailure: 'block',
          statusMessage: 'AgentGuard'
        }
      ]
    })
  })

  test('has the settings that its documentation shows', () => {
    const page = readFileSync(
      new URL('../../../../../docs/sdk-adapters.md', import.meta.url),
      'utf8'
    )
    const [, shown = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? []
    const script = '/usr/lib/node_modules/@agentguard/sdk/dist/claude-code-main.js'
    const words = ['/usr/bin/node', script, '--url', 'http://localhost:8080']
    expect(JSON.parse(shown)).toEqual(hookSettings(words, 300_000))
  })
})
