import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { type Options, query, type SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import { expect, test } from 'vitest'
import type { GuardClaudeOptions } from '../../../src/adapters/claude-agent/index.ts'
import {
  createClaudeGate,
  guardClaude,
  noteCoverage
} from '../../../src/adapters/claude-agent/index.ts'
import type { ToolGate, ToolGateOptions } from '../../../src/tool-gate/index.ts'
import { useGuardServer } from '../../support/guard-server.ts'

const pathToClaudeCodeExecutable = fileURLToPath(new URL('./fake-claude.mjs', import.meta.url))

const server = useGuardServer({
  policy: `version: "1"
name: claude
rules:
  - scope: shell
    deny: [{ pattern: "rm *", message: nothing is deleted }]
    require_approval: [{ pattern: "npm *" }]
    allow: [{ pattern: "ls *" }]
  - scope: filesystem
    deny: [{ paths: ["/etc/**"], message: not there }]
    allow: [{ action: read, paths: ["/work", "/work/**"] }, { action: write, paths: ["/work/**"] }]
  - scope: network
    allow: [{ domain: "docs.example.com" }]
  - scope: agent
    allow: [{ pattern: "Agent Explore" }]
  - scope: mcp_tool
    allow: [{ pattern: "files:*" }, { pattern: "TodoWrite" }]
`
})

interface Call {
  readonly name: string
  readonly input: unknown
  readonly type?: string
}

interface Fake {
  readonly mode?: string
  readonly askRules?: readonly string[]
  readonly session?: string
}

/** Makes calls, and resolves to what the model was told of each. */
async function run(
  gate: ToolGate,
  calls: readonly Call[],
  options: Options & { fake?: Fake; guard?: GuardClaudeOptions } = {}
): Promise<{ told: string[]; messages: SDKMessage[] }> {
  const { fake, guard, ...given } = options
  const env = { ...process.env, FAKE_CLAUDE: JSON.stringify({ ...fake, turns: [calls] }) }
  const told: string[] = []
  const messages: SDKMessage[] = []
  const guarded = guardClaude(gate, { ...given, pathToClaudeCodeExecutable, env }, guard)
  for await (const message of query({ prompt: 'go', options: guarded })) {
    messages.push(message)
    if (message.type !== 'user' || typeof message.message.content === 'string') continue
    for (const block of message.message.content) {
      if (block.type !== 'tool_result') continue
      told[Number(block.tool_use_id.split('_').at(-1))] = String(block.content)
    }
  }
  return { told, messages }
}

function gateOf(options: ToolGateOptions = {}): ToolGate {
  return createClaudeGate(server().client(), options)
}

const bash = (command: string): Call => ({ name: 'Bash', input: { command } })

test("Claude's own tools are judged in the scopes in which they act", async () => {
  const calls: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
    ['Bash', { command: 'ls -l', description: 'lists' }, true],
    ['Bash', { command: 'ls; rm -rf x' }, false],
    ['PowerShell', { command: 'ls -l' }, false],
    ['Read', { file_path: '/work/a.ts' }, true],
    ['Read', { file_path: '/etc/shadow' }, false],
    ['Read', { file_path: '../etc/shadow' }, false],
    ['Write', { file_path: '/work/a.ts', content: 'rm -rf /' }, true],
    ['Edit', { file_path: '/etc/hosts', old_string: 'a', new_string: 'b' }, false],
    ['NotebookEdit', { notebook_path: '/work/a.ipynb', new_source: '1' }, true],
    ['Glob', { pattern: '**/*.ts' }, true],
    ['Glob', { pattern: '/etc/**' }, false],
    ['Glob', { pattern: '../etc/*' }, false],
    ['Grep', { pattern: 'root', path: '/etc' }, false],
    ['Grep', { pattern: 'todo' }, true],
    ['Grep', { pattern: 'todo', path: '/work' }, true],
    ['WebFetch', { url: 'https://docs.example.com/a', prompt: 'read' }, true],
    ['WebFetch', { url: 'https://evil.example/a', prompt: 'read' }, false],
    ['Agent', { prompt: 'look', description: 'd', subagent_type: 'Explore' }, true],
    ['Agent', { prompt: 'look', description: 'd', subagent_type: 'other' }, false],
    ['TodoWrite', { todos: [] }, true],
    ['CronCreate', { prompt: 'x' }, false],
    ['mcp__files__list', { limit: 1 }, true],
    ['mcp__other__list', { limit: 1 }, false]
  ]
  const { told } = await run(
    gateOf({ approval: 'deny' }),
    calls.map(([name, input]) => ({ name, input }))
  )
  const ran = told.map((text) => text.startsWith('ran '))
  expect(calls.map(([name, input], at) => [name, input, ran[at]])).toEqual(calls)
  // What PowerShell would do is not known here, so that a person could allow it.
  await server().nextApproval()
})

test('a denial holds in every permission mode, and an allowance needs no prompt', async () => {
  const fake = { mode: 'bypassPermissions' }
  const { told } = await run(gateOf(), [bash('rm x'), bash('ls /work/x')], { fake })
  expect(told).toEqual([
    expect.stringContaining('nothing is deleted'),
    expect.stringContaining('ran')
  ])
})

test.each(['auto', 'bypassPermissions'])(
  'what needs a person does not run in the mode %s, which may not ask anybody, before there is a yes',
  async (mode) => {
    const gate = gateOf({ approval: 'native' })
    const command = `npm ${mode}`
    const fake = { mode, session: randomUUID() }
    const first = await run(gate, [bash(command)], { fake })
    expect(first.told).toEqual([expect.stringContaining('requires approval by a person')])
    await server().approve(await server().nextApproval())
    const again = await run(gateOf({ approval: 'native' }), [bash(command)], { fake })
    expect(again.told).toEqual([expect.stringContaining('ran')])
  }
)

test("prompts and rules of Claude's stay where they are wanted", async () => {
  const guard = { keepPrompts: true }
  const { told } = await run(gateOf(), [bash('ls /work/x')], { guard })
  expect(told).toEqual(['nobody can be prompted'])
  const asked = await run(gateOf(), [bash('ls /work/x')], {
    fake: { askRules: ['Bash'] },
    canUseTool: async (_, input) => ({ behavior: 'allow', updatedInput: input })
  })
  expect(asked.told).toEqual([expect.stringContaining('ran')])
})

test('what the prompt of a user makes of the arguments is judged', async () => {
  const edited = async (command: string): Promise<string[]> => {
    const { told } = await run(gateOf(), [bash('ls /work/x')], {
      fake: { askRules: ['Bash'] },
      canUseTool: async () => ({ behavior: 'allow', updatedInput: { command } })
    })
    return told
  }
  expect(await edited('rm x')).toEqual([expect.stringContaining('nothing is deleted')])
  expect(await edited('ls /work/y')).toEqual([expect.stringContaining('ls /work/y')])
})

test('what hooks of a user make of the arguments, or allow, is judged', async () => {
  const edit = (command: string): NonNullable<Options['hooks']> => ({
    PreToolUse: [
      {
        hooks: [
          async () => ({
            hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: { command } }
          })
        ]
      }
    ]
  })
  const bad = await run(gateOf(), [bash('ls /work/x')], { hooks: edit('rm x') })
  expect(bad.told).toEqual([expect.stringContaining('nothing is deleted')])
  const good = await run(gateOf(), [bash('ls /work/x')], { hooks: edit('ls /work/y') })
  expect(good.told).toEqual([expect.stringContaining('ls /work/y')])
  const yes: NonNullable<Options['hooks']> = {
    PermissionRequest: [
      {
        hooks: [
          async () => ({
            hookSpecificOutput: {
              hookEventName: 'PermissionRequest',
              decision: { behavior: 'allow' }
            }
          })
        ]
      }
    ]
  }
  const forged = await run(gateOf({ approval: 'native' }), [bash('npm forged')], { hooks: yes })
  await server().nextApproval()
  expect(forged.told).toEqual([expect.stringContaining('[AgentGuard]')])
})

test('without a prompt a query ends where it needs a person, and the session goes on after the yes', async () => {
  const options = { fake: { session: 'c0ffee00-0000-4000-8000-000000000000' } }
  const first = await run(gateOf({ approval: 'native' }), [bash('npm ci')], options)
  expect(first.messages.at(-1)).toMatchObject({ subtype: 'error_during_execution' })
  await server().approve(await server().nextApproval())
  const later = await run(gateOf({ approval: 'native' }), [bash('npm ci')], options)
  expect(later.told).toEqual([expect.stringContaining('ran')])
})

test('a prompt that fails, or gives no answer, is a no', async () => {
  for (const canUseTool of [() => Promise.reject(new Error('broken')), async () => null]) {
    const fake = { askRules: ['Bash'] }
    const { told } = await run(gateOf(), [bash('ls /work/x')], { fake, canUseTool })
    expect(told).toEqual([expect.stringContaining('[AgentGuard] Action denied')])
  }
})

test('a permission prompt tool is refused', () => {
  const options = { permissionPromptToolName: 'mcp__x__y' }
  expect(() => guardClaude(gateOf(), options)).toThrow(TypeError)
})

test('the report names the tools that run at the provider', async () => {
  const gate = gateOf()
  const calls = [bash('ls /work/x'), { name: 'web_search', input: {}, type: 'server_tool_use' }]
  const { messages } = await run(gate, calls)
  for (const message of messages) noteCoverage(gate, message)
  expect(gate.coverage.report()).toEqual({
    covered: expect.arrayContaining(['Bash']),
    uncovered: [{ name: 'web_search', why: 'provider_executed' }]
  })
  const strict = gateOf({ uncovered: 'refuse' })
  expect(() => messages.forEach((message) => void noteCoverage(strict, message))).toThrow(
    'web_search'
  )
})
