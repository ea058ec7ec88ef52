import type { ToolHooks } from '@mastra/core/tools'
import { expect, test } from 'vitest'
import { guardMastra, type MastraApproval } from '../../../src/adapters/mastra/index.ts'
import {
  createToolGate,
  type ToolGate,
  type ToolGateOptions
} from '../../../src/tool-gate/index.ts'
import { useGuardServer } from '../../support/guard-server.ts'
import { policy } from '../scenarios.ts'
import { makeAgent } from './mastra-agent.ts'

const server = useGuardServer({ policy })

function gateOf(options: ToolGateOptions = {}): ToolGate {
  return createToolGate(server().client(), options)
}

interface Direct {
  execute(input: unknown, context?: object): Promise<unknown>
}

/** A tool that remembers what it ran. */
function recorder(): { ran: string[]; bash: (args: { command: string }) => string } {
  const ran: string[] = []
  return {
    ran,
    bash({ command }) {
      ran.push(command)
      return `ran ${command}`
    }
  }
}

test('streams stop at what needs a person, and go on after the yes', async () => {
  const { ran, bash } = recorder()
  const approvals: MastraApproval[] = []
  const onApproval = (one: MastraApproval): void => void approvals.push(one)
  const commands = ['ls 1', 'npm stream', 'rm 1', 'npm second']
  const gate = gateOf({ approval: 'native' })
  const { agent, told } = makeAgent({ gate, commands, bash, options: { onApproval } })
  const stream = await agent.stream('go')
  const chunks: string[] = []
  for await (const { type } of stream.fullStream) chunks.push(type)
  expect(chunks).toContain('tool-call-approval')
  expect(ran).toEqual(['ls 1'])
  const id = await server().nextApproval()
  expect(approvals).toEqual([
    { approvalId: id, approvalUrl: expect.any(String), reason: expect.any(String) }
  ])
  await server().approve(id)
  const { runId } = stream
  const second = await agent.approveToolCall({ runId, toolCallId: 'call1' })
  for await (const _ of second.fullStream);
  await server().approve(await server().nextApproval())
  const third = await agent.approveToolCall({ runId, toolCallId: 'call3' })
  for await (const _ of third.fullStream);
  expect(ran).toEqual(['ls 1', 'npm stream', 'npm second'])
  expect(told).toEqual(commands.map(() => expect.any(String)))
})

test('a call that was declined does not run, though the server would let it', async () => {
  const { ran, bash } = recorder()
  const gate = gateOf({ approval: 'native' })
  const { agent } = makeAgent({ gate, commands: ['npm declined'], bash })
  const first = await agent.generate('go')
  await server().approve(await server().nextApproval())
  const runId = String(first.runId)
  await agent.declineToolCallGenerate({ runId, toolCallId: 'call0', reason: 'not today' })
  expect(ran).toEqual([])
})

test('what a hook of the user makes of the input is judged', async () => {
  const { ran, bash } = recorder()
  const hooks = {
    beforeToolCall: ({ input }: { input: unknown }) => {
      Object.assign(input as object, { command: 'rm edited' })
    }
  }
  const { agent, told } = makeAgent({ gate: gateOf(), commands: ['ls 1'], bash, config: { hooks } })
  await agent.generate('go')
  expect({ ran, told }).toEqual({ ran: [], told: [expect.stringContaining('nothing is deleted')] })
})

test('hooks among the default options do not take the place of the gate', async () => {
  const { ran, bash } = recorder()
  const seen: unknown[] = []
  const hooks = { beforeToolCall: ({ input }: { input: unknown }) => void seen.push(input) }
  for (const defaultOptions of [{ hooks }, async () => ({ hooks })]) {
    const config = { defaultOptions }
    const { agent } = makeAgent({ gate: gateOf(), commands: ['rm 1'], bash, config })
    await agent.generate('go')
  }
  expect({ ran, seen }).toEqual({ ran: [], seen: [{ command: 'rm 1' }, { command: 'rm 1' }] })
})

test('a tool that runs without hooks asks by itself, and a run with hooks asks once', async () => {
  for (const approval of ['wait', 'native'] as const) {
    const { ran, bash } = recorder()
    let asked = 0
    const gate = gateOf({ approval, onDecision: () => void asked++ })
    const { agent } = makeAgent({ gate, commands: ['ls 1'], bash })
    await agent.generate('go')
    expect({ ran, asked }).toEqual({ ran: ['ls 1'], asked: 1 })
    const { bash: tool } = (await agent.listTools()) as unknown as Record<string, Direct>
    // As `agent.network` calls it. The id of the run before is no leave for another one.
    for (const toolCallId of ['call0', 'step1']) {
      const context = { agent: { agentId: 'tester', toolCallId } }
      expect(await tool?.execute({ command: 'rm 1' }, context)).toContain('nothing is deleted')
      expect(await tool?.execute({ command: 'ls 2' }, context)).toBe('ran ls 2')
    }
    expect(await tool?.execute({ command: 'rm 1' })).toContain('nothing is deleted')
    expect(ran).toEqual(['ls 1', 'ls 2', 'ls 2'])
  }
})

test('a call that passed lets no other tool run under its id', async () => {
  const { ran, bash } = recorder()
  const tools = { shell: { execute: bash }, bash: { execute: bash } }
  const hooks: ToolHooks = {}
  const guarded = guardMastra(gateOf(), { tools, hooks })
  const context = { agent: { toolCallId: 'from the model' } }
  const passing = { toolName: 'shell', input: { command: 'ls 1' }, context: context.agent }
  expect(await guarded.hooks.beforeToolCall?.(passing)).toBeUndefined()
  const tool = guarded.tools.bash as unknown as Direct
  expect(await tool.execute({ command: 'rm 1' }, context)).toContain('nothing is deleted')
  expect(ran).toEqual([])
})

test('a hook of the user that throws stops the call', async () => {
  const { ran, bash } = recorder()
  const hooks = { beforeToolCall: () => Promise.reject(new Error('broken')) }
  const { agent } = makeAgent({ gate: gateOf(), commands: ['ls 1'], bash, config: { hooks } })
  await agent.generate('go')
  expect(ran).toEqual([])
})

test('the report names the tools that run elsewhere, also those of a function', async () => {
  const gate = gateOf()
  const tools = {
    here: { execute: async () => 1 },
    there: { type: 'provider', id: 'openai.web_search' },
    client: { id: 'client' }
  }
  guardMastra(gate, { tools })
  const expected = {
    covered: ['here'],
    uncovered: [
      { name: 'there', why: 'provider_executed' },
      { name: 'client', why: 'no_execute' }
    ]
  }
  expect(gate.coverage.report()).toEqual(expected)
  const lazy = gateOf()
  const guarded = guardMastra(lazy, { tools: () => tools })
  await guarded.tools()
  expect(lazy.coverage.report()).toEqual(expected)
  expect(() => guardMastra(gateOf({ uncovered: 'refuse' }), { tools })).toThrow('there')
})
