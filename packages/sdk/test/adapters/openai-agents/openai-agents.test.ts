import {
  Agent,
  type AgentInputItem,
  applyPatchTool,
  attachClientToolSearchExecutor,
  type Editor,
  getClientToolSearchExecutor,
  handoff,
  type Model,
  type ModelRequest,
  type ModelResponse,
  RunContext,
  Runner,
  RunState,
  run,
  type StreamEvent,
  setTracingDisabled,
  shellTool,
  tool,
  Usage,
  webSearchTool
} from '@openai/agents'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createToolGate, guardAgent, guardTool } from '../../../src/adapters/openai-agents/index.ts'
import { type Agent as Case, describeScenarios, type Stop } from '../scenarios.ts'

setTracingDisabled(true)

type Output = ModelResponse['output']

/** A model that gives its outputs in turn, the last one again and again. */
function scripted(...turns: readonly Output[]): Model & { readonly seen: ModelRequest[] } {
  const seen: ModelRequest[] = []
  async function getResponse(request: ModelRequest): Promise<ModelResponse> {
    seen.push(request)
    const output = turns[Math.min(seen.length, turns.length) - 1] ?? []
    return { usage: new Usage(), output: [...output], responseId: `r${seen.length}` }
  }
  return {
    seen,
    getResponse,
    async *getStreamedResponse(request): AsyncIterable<StreamEvent> {
      const output = (await getResponse(request)).output as never
      const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
      yield { type: 'response_done', response: { id: `r${seen.length}`, usage, output } }
    }
  }
}

const done: Output = [
  {
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'done' }]
  }
]

function callsOf(name: string, all: readonly object[]): Output {
  return all.map((args, at) => ({
    type: 'function_call',
    callId: `call-${at}`,
    name,
    status: 'completed',
    arguments: JSON.stringify(args)
  }))
}

function bashOf(bash: (args: { command: string }) => string) {
  return tool({
    name: 'bash',
    description: 'runs a command',
    parameters: z.object({ command: z.string() }),
    execute: async (args) => bash(args)
  })
}

type Way = 'result' | 'stream' | 'restored'

function harness(way: Way) {
  return async ({ gate, commands, bash, signal }: Case): Promise<Stop> => {
    const model = scripted(
      callsOf(
        'bash',
        commands.map((command) => ({ command }))
      ),
      done
    )
    const agent = guardAgent(new Agent({ name: 'shell', model, tools: [bashOf(bash)] }), gate)
    type State = RunState<unknown, typeof agent>
    async function go(input: string | State): Promise<Stop> {
      const options = signal ? { signal } : {}
      if (way !== 'stream') return stopOf(await run(agent, input, options))
      const result = await run(agent, input, { ...options, stream: true })
      await result.completed
      return stopOf(result)
    }
    function stopOf(result: Result & { readonly state: State }): Stop {
      const told = commands.map((_, at) => toldOf(result, `call-${at}`))
      if (result.interruptions.length === 0) return { told }
      return { told, resume: (answer) => resume(result.state, answer) }
    }
    async function resume(
      waiting: State,
      { approved, edited }: { approved: boolean; edited?: string }
    ): Promise<Stop> {
      let state = waiting
      if (way === 'restored') {
        const text = state.toString()
        const changed =
          edited === undefined
            ? text
            : text.replaceAll(JSON.stringify(commands[0]).slice(1, -1), edited)
        state = await RunState.fromString(agent, changed)
      }
      for (const item of state.getInterruptions()) {
        if (approved) state.approve(item)
        else state.reject(item)
      }
      return await go(state)
    }
    return await go('go')
  }
}

interface Result {
  readonly history: readonly AgentInputItem[]
  readonly interruptions: readonly unknown[]
}

function toldOf(result: Result, id: string): string | undefined {
  for (const item of result.history) {
    if (item.type === 'function_call_result' && item.callId === id)
      return JSON.stringify(item.output)
  }
  return undefined
}

const server = describeScenarios('OpenAI Agents', { run: harness('result'), edits: false })
describeScenarios('OpenAI Agents, streamed', { run: harness('stream'), edits: false }, server)
describeScenarios('OpenAI Agents, from a saved state', { run: harness('restored') }, server)

describe('the adapter for OpenAI Agents', () => {
  test('guards the agents that it hands over to, in circles', async () => {
    const ran: string[] = []
    const bash = bashOf(({ command }) => `${ran.push(command)}`)
    const gate = createToolGate(server().client())
    const second = new Agent({
      name: 'second',
      model: scripted(callsOf('bash', [{ command: 'rm -rf /' }, { command: 'ls second' }]), done),
      tools: [bash]
    })
    const first = new Agent({
      name: 'first',
      model: scripted(callsOf('transfer_to_second', [{}])),
      handoffs: [handoff(second)]
    })
    second.handoffs = [first]
    const result = await run(guardAgent(first, gate), 'go')
    expect(result.finalOutput).toBe('done')
    expect(ran).toEqual(['ls second'])
  })

  test('an agent that is a tool runs only if it is guarded itself', async () => {
    const ran: string[] = []
    const input = JSON.stringify({ input: 'help' })
    const helperOf = (): Agent => {
      const model = scripted(callsOf('bash', [{ command: 'ls 1' }, { command: 'rm 2' }]), done)
      const bash = bashOf(({ command }) => `ran ${ran.push(command)}`)
      return new Agent({ name: 'helper', model, tools: [bash] })
    }
    const as = { toolName: 'helper', toolDescription: 'helps' }
    const gate = createToolGate(async ({ command }) => {
      return { decision: command?.startsWith('rm') ? 'DENY' : 'ALLOW', reason: 'no' }
    })
    const wild = guardTool(helperOf().asTool(as), gate)
    expect(await wild.invoke(new RunContext(), input)).toContain('are not guarded')
    expect(ran).toEqual([])
    expect(gate.coverage.report().uncovered).toEqual([{ name: 'helper', why: 'agent_not_guarded' }])
    const guarded = guardAgent(helperOf(), gate)
    for (const agent of [guarded, guarded.clone({ name: 'helper2', model: helperOf().model })]) {
      expect(await guardTool(agent.asTool(as), gate).invoke(new RunContext(), input)).toBe('done')
    }
    expect(ran).toEqual(['ls 1', 'ls 1'])
  })

  test('guards the tools of MCP servers', async () => {
    const ran: unknown[] = []
    const server_ = {
      name: 'files',
      cacheToolsList: false,
      connect: async () => {},
      close: async () => {},
      invalidateToolsCache: async () => {},
      listTools: async () => [
        {
          name: 'bash',
          inputSchema: {
            type: 'object' as const,
            properties: { command: { type: 'string' } },
            required: ['command'],
            additionalProperties: false
          }
        }
      ],
      callTool: async (_name: string, args: unknown) => {
        ran.push(args)
        return [{ type: 'text' as const, text: 'ran' }]
      }
    }
    const model = scripted(callsOf('bash', [{ command: 'ls mcp' }, { command: 'rm mcp' }]), done)
    const gate = createToolGate(server().client())
    const agent = new Agent({ name: 'mcp', model, mcpServers: [server_ as never] })
    await run(guardAgent(agent, gate), 'go')
    expect(ran).toEqual([{ command: 'ls mcp' }])
  })

  test('shells and editors act only when they may', async () => {
    const acted: unknown[] = []
    const shell = {
      run: async ({ commands }: { commands: string[] }) => {
        acted.push(commands)
        return { output: [] }
      }
    }
    const editor: Editor = {
      createFile: async ({ path }) => void acted.push(path),
      updateFile: async ({ path }) => void acted.push(path),
      deleteFile: async ({ path }) => void acted.push(path)
    }
    const call = (at: number, commands: string[]): Output[number] => ({
      type: 'shell_call',
      callId: `shell-${at}`,
      status: 'completed',
      action: { commands }
    })
    const patch: Output[number] = {
      type: 'apply_patch_call',
      callId: 'patch-1',
      status: 'completed',
      operation: { type: 'delete_file', path: '/etc/passwd' }
    }
    const model = scripted([call(1, ['ls shell']), call(2, ['ls shell', 'rm shell']), patch], done)
    const gate = createToolGate(server().client())
    const tools = [shellTool({ shell }), applyPatchTool({ editor })]
    await run(guardAgent(new Agent({ name: 'shell', model, tools }), gate), 'go')
    expect(acted).toEqual([['ls shell']])
  })

  test('what the author of a tool wants to be asked about stays so', async () => {
    const bash = tool({
      name: 'bash',
      description: 'runs a command',
      parameters: z.object({ command: z.string() }),
      needsApproval: async (_, { command }) => command.endsWith('secret'),
      execute: async () => 'ran'
    })
    for (const approval of ['wait', 'native'] as const) {
      const gate = createToolGate(server().client(), { approval })
      const model = scripted(callsOf('bash', [{ command: 'ls secret' }]), done)
      const agent = new Agent({ name: 'own', model, tools: [guardTool(bash, gate)] })
      expect((await new Runner().run(agent, 'go')).interruptions).toHaveLength(1)
    }
  })

  test('a copy of a guarded agent is guarded, and so are the agents that it hands over to', async () => {
    const ran: string[] = []
    const bash = bashOf(({ command }) => `${ran.push(command)}`)
    const gate = createToolGate(server().client())
    const model = () => scripted(callsOf('bash', [{ command: 'rm copy' }]), done)
    const second = new Agent({ name: 'second', model: model(), tools: [bash] })
    const first = guardAgent(new Agent({ name: 'first', model: model() }), gate)
    await run(first.clone({ tools: [bash] }), 'go')
    const handing = scripted(callsOf('transfer_to_second', [{}]))
    await run(first.clone({ model: handing, handoffs: [second] }).clone({ name: 'third' }), 'go')
    expect(ran).toEqual([])
  })

  test('tools that a search of the client finds are guarded', async () => {
    const ran: string[] = []
    const gate = createToolGate(server().client())
    const found = bashOf(({ command }) => `${ran.push(command)}`)
    const search = attachClientToolSearchExecutor(
      { type: 'hosted_tool', name: 'tool_search' },
      () => found
    )
    const agent = guardAgent(new Agent({ name: 'search', tools: [search] }), gate)
    const runContext = new RunContext()
    const [guarded] = await agent.getAllTools(runContext)
    const execute = guarded && getClientToolSearchExecutor(guarded)
    const [bash] = [await execute?.({} as never)].flat()
    if (bash?.type !== 'function') throw new Error('nothing was found')
    const told = await bash.invoke(runContext, JSON.stringify({ command: 'rm found' }))
    expect(told).toContain('nothing is deleted')
    expect(ran).toEqual([])
  })

  test('says what it cannot stop', () => {
    const gate = createToolGate(server().client())
    guardAgent(new Agent({ name: 'web', tools: [webSearchTool(), bashOf(() => '')] }), gate)
    expect(gate.coverage.report()).toEqual({
      covered: ['bash'],
      uncovered: [{ name: 'web_search', why: 'provider_executed' }]
    })
  })
})
