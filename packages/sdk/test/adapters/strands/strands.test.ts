import {
  AfterToolCallEvent,
  Agent,
  type AgentConfig,
  BeforeToolCallEvent,
  InterruptResponseContent,
  type InvokeArgs,
  type Message,
  Model,
  type ModelStreamEvent,
  tool
} from '@strands-agents/sdk'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createToolGate, guardPlugin } from '../../../src/adapters/strands/index.ts'
import { type Agent as Case, describeScenarios, type Stop } from '../scenarios.ts'

/** A model that calls `bash` in its first turn, and is done in any other. */
class Scripted extends Model {
  readonly #commands: readonly string[]

  constructor(commands: readonly string[]) {
    super()
    this.#commands = commands
  }

  override updateConfig(): void {}

  override getConfig(): { modelId: string } {
    return { modelId: 'scripted' }
  }

  override async *stream(messages: Message[]): AsyncIterable<ModelStreamEvent> {
    const isFirst = !messages.some(({ content }) =>
      content.some(({ type }) => type === 'toolResultBlock')
    )
    yield { type: 'modelMessageStartEvent', role: 'assistant' }
    for (const [at, command] of (isFirst ? this.#commands : []).entries()) {
      const start = { type: 'toolUseStart', name: 'bash', toolUseId: `call-${at}` } as const
      yield { type: 'modelContentBlockStartEvent', start }
      const input = JSON.stringify({ command })
      yield { type: 'modelContentBlockDeltaEvent', delta: { type: 'toolUseInputDelta', input } }
      yield { type: 'modelContentBlockStopEvent' }
    }
    if (!isFirst) {
      yield { type: 'modelContentBlockStartEvent' }
      yield { type: 'modelContentBlockDeltaEvent', delta: { type: 'textDelta', text: 'done' } }
      yield { type: 'modelContentBlockStopEvent' }
    }
    yield { type: 'modelMessageStopEvent', stopReason: isFirst ? 'toolUse' : 'endTurn' }
  }
}

function agentOf({
  gate,
  commands,
  bash,
  ...more
}: Omit<Case, 'signal'> & Pick<AgentConfig, 'name' | 'plugins'>): Agent {
  return new Agent({
    model: new Scripted(commands),
    printer: false,
    plugins: [guardPlugin(gate)],
    tools: [
      tool({
        name: 'bash',
        description: 'runs a command',
        inputSchema: z.object({ command: z.string() }),
        callback: (args) => bash(args)
      })
    ],
    ...more
  })
}

function toldOf(messages: readonly Message[], id: string): string | undefined {
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type === 'toolResultBlock' && block.toolUseId === id) return JSON.stringify(block)
    }
  }
  return undefined
}

type Way = 'invoke' | 'stream'

async function drive(way: Way, { signal, ...given }: Case): Promise<Stop> {
  const agent = agentOf(given)
  const { commands } = given
  const options = signal ? { cancelSignal: signal } : {}
  async function run(input: InvokeArgs) {
    if (way === 'invoke') return await agent.invoke(input, options)
    const stream = agent.stream(input, options)
    let next = await stream.next()
    while (!next.done) next = await stream.next()
    return next.value
  }
  async function go(input: InvokeArgs): Promise<Stop> {
    const { interrupts = [] } = await run(input)
    const told = commands.map((_, at) => toldOf(agent.messages, `call-${at}`))
    if (interrupts.length === 0) return { told }
    return {
      told,
      resume: async ({ approved, edited }) => {
        const editedAction = { name: 'bash', args: { command: edited ?? '' } }
        const response =
          edited === undefined ? { approved } : { decisions: [{ type: 'edit', editedAction }] }
        return await go(
          interrupts.map(({ id }) => new InterruptResponseContent({ interruptId: id, response }))
        )
      }
    }
  }
  return await go('go')
}

const server = describeScenarios('Strands', { run: (agent) => drive('invoke', agent) })
describeScenarios('Strands, streamed', { run: (agent) => drive('stream', agent) }, server)

describe('the adapter for Strands', () => {
  test('sees the arguments as hooks have changed them', async () => {
    const ran: string[] = []
    const gate = createToolGate(server().client())
    const agent = agentOf({
      gate,
      commands: ['ls changed'],
      bash: ({ command }) => `${ran.push(command)}`
    })
    agent.addHook(BeforeToolCallEvent, (event) => {
      event.toolUse = { ...event.toolUse, input: { command: 'rm changed' } }
    })
    await agent.invoke('go')
    expect(ran).toEqual([])
  })

  test('a call that a hook repeats is asked about again', async () => {
    const decided: string[] = []
    const gate = createToolGate(server().client(), {
      onDecision: ({ verdict }) => decided.push(verdict.kind)
    })
    const agent = agentOf({ gate, commands: ['ls repeated'], bash: () => '' })
    let runs = 0
    agent.addHook(AfterToolCallEvent, (event) => {
      event.retry = ++runs < 2
    })
    await agent.invoke('go')
    expect({ runs, decided }).toEqual({ runs: 2, decided: ['allow', 'allow'] })
  })

  test('an agent that is a tool runs only if it has the plugin itself', async () => {
    const gate = createToolGate(async ({ command }) => {
      return { decision: command?.startsWith('rm') ? 'DENY' : 'ALLOW', reason: 'no' }
    })
    for (const isGuarded of [false, true]) {
      const ran: string[] = []
      const helper = agentOf({
        gate,
        commands: ['ls helped', 'rm helped'],
        bash: ({ command }) => `ran ${ran.push(command)}`,
        name: 'bash',
        plugins: isGuarded ? [guardPlugin(gate)] : []
      })
      const outer = new Agent({
        model: new Scripted(['help']),
        printer: false,
        plugins: [guardPlugin(gate)],
        tools: [helper]
      })
      await outer.invoke('go')
      expect(ran).toEqual(isGuarded ? ['ls helped'] : [])
    }
    expect(gate.coverage.report().uncovered).toEqual([
      { name: 'bash', why: 'agent_without_plugin' }
    ])
  })

  test('an interrupt says what is asked', async () => {
    const gate = createToolGate(server().client(), { approval: 'native' })
    const agent = agentOf({ gate, commands: ['npm shown'], bash: () => '' })
    const { interrupts = [] } = await agent.invoke('go')
    const approvalId = await server().nextApproval()
    expect(interrupts[0]?.reason).toMatchObject({
      type: 'agentguard.approval',
      approvalId,
      approvalUrl: expect.stringContaining(approvalId),
      toolCall: { id: 'call-0', name: 'bash', args: { command: 'npm shown' } }
    })
    expect(gate.coverage.report().covered).toEqual(['bash'])
  })
})
