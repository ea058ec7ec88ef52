import { AIMessage, type BaseMessage, ToolMessage } from '@langchain/core/messages'
import {
  Annotation,
  Command,
  END,
  MemorySaver,
  messagesStateReducer,
  Send,
  START,
  StateGraph
} from '@langchain/langgraph'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { createAgent, createMiddleware, fakeModel, tool } from 'langchain'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type ApprovalInterrupt,
  createToolGate,
  guardMiddleware,
  guardTool
} from '../../../src/adapters/langchain/index.ts'
import { type Agent, describeScenarios, type Stop } from '../scenarios.ts'

function bashOf(bash: Agent['bash']) {
  return tool(async (args) => bash(args), {
    name: 'bash',
    description: 'runs a command',
    schema: z.object({ command: z.string() })
  })
}

function callsOf(commands: readonly string[]) {
  return commands.map((command, at) => ({ name: 'bash', args: { command }, id: `call-${at}` }))
}

function modelOf(commands: readonly string[]) {
  return fakeModel().respondWithTools(callsOf(commands)).respond(new AIMessage('done'))
}

interface State {
  readonly messages: BaseMessage[]
  readonly __interrupt__?: readonly { readonly id?: string; readonly value?: unknown }[]
}
type Config = { configurable: { thread_id: string }; signal?: AbortSignal }
type Invoke = (input: unknown, config: Config) => Promise<State>

let threads = 0

/** Runs a graph, and resumes it as LangChain's own interfaces do. */
async function drive(invoke: Invoke, { commands, signal }: Agent): Promise<Stop> {
  const config = { configurable: { thread_id: `thread-${++threads}` }, ...(signal && { signal }) }
  async function go(input: unknown): Promise<Stop> {
    const state = await invoke(input, config)
    const told = commands.map((_, at) => toldOf(state.messages, `call-${at}`))
    const open = state.__interrupt__ ?? []
    if (open.length === 0) return { told }
    return {
      told,
      resume: async ({ approved, edited }) => {
        const decision =
          edited === undefined
            ? { type: approved ? 'approve' : 'reject' }
            : { type: 'edit', editedAction: { name: 'bash', args: { command: edited } } }
        const answers = open.map(({ id }) => [id, { decisions: [decision] }])
        return await go(new Command({ resume: Object.fromEntries(answers) }))
      }
    }
  }
  return await go({ messages: [{ role: 'user', content: 'go' }] })
}

function toldOf(messages: readonly BaseMessage[], id: string): string | undefined {
  const found = messages.find(
    (message) => ToolMessage.isInstance(message) && message.tool_call_id === id
  )
  return found && String(found.content)
}

function agentOf({ gate, commands, bash }: Agent) {
  return createAgent({
    model: modelOf(commands),
    tools: [bashOf(bash)],
    middleware: [guardMiddleware(gate)],
    checkpointer: new MemorySaver()
  })
}

const server = describeScenarios('LangChain', {
  run: async (agent) => {
    const graph = agentOf(agent)
    return await drive((input, config) => graph.invoke(input as never, config) as never, agent)
  }
})

describeScenarios(
  'LangChain, streamed',
  {
    run: async (agent) => {
      const graph = agentOf(agent)
      const invoke: Invoke = async (input, config) => {
        let last: State | undefined
        const stream = await graph.stream(input as never, { ...config, streamMode: 'values' })
        for await (const state of stream) last = { ...last, ...(state as unknown as State) }
        if (!last) throw new Error('nothing was streamed')
        return last
      }
      return await drive(invoke, agent)
    }
  },
  server
)

const Messages = Annotation.Root({
  messages: Annotation<BaseMessage[]>({ reducer: messagesStateReducer, default: () => [] })
})

/** A graph without `langchain`: each call is a task of its own. */
function graphOf({ gate, commands, bash }: Agent) {
  const model = modelOf(commands)
  const tools = new ToolNode([guardTool(bashOf(bash), gate)])
  return new StateGraph(Messages)
    .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode('tools', tools)
    .addEdge(START, 'model')
    .addConditionalEdges(
      'model',
      ({ messages }) => {
        const last = messages.at(-1)
        const calls = AIMessage.isInstance(last) ? (last.tool_calls ?? []) : []
        if (calls.length === 0) return END
        return calls.map(
          (call) =>
            new Send('tools', { messages: [new AIMessage({ content: '', tool_calls: [call] })] })
        )
      },
      ['tools', END]
    )
    .addEdge('tools', 'model')
    .compile({ checkpointer: new MemorySaver() })
}

describeScenarios(
  'LangGraph',
  {
    run: async (agent) => {
      const graph = graphOf(agent)
      return await drive((input, config) => graph.invoke(input as never, config) as never, agent)
    }
  },
  server
)

describe('the adapter for LangChain', () => {
  test('an interrupt says what is asked, as interfaces for people know it', async () => {
    const gate = createToolGate(server().client(), { approval: 'native' })
    const graph = agentOf({ gate, commands: ['npm shown'], bash: () => '' })
    const config = { configurable: { thread_id: 'shown' } }
    const state = (await graph.invoke({ messages: [] }, config)) as unknown as State
    const asked = state.__interrupt__?.[0]?.value as ApprovalInterrupt
    const approvalId = await server().nextApproval()
    expect(asked).toMatchObject({
      type: 'agentguard.approval',
      approvalId,
      toolCall: { id: 'call-0', name: 'bash', args: { command: 'npm shown' } },
      actionRequests: [{ name: 'bash', args: { command: 'npm shown' } }],
      reviewConfigs: [{ actionName: 'bash', allowedDecisions: ['approve', 'edit', 'reject'] }]
    })
    expect(asked.approvalUrl).toContain(approvalId)
  })

  test.each([
    'yes',
    1,
    { approved: 'true' },
    { decisions: [] },
    { decisions: [{ type: 'approve' }, { type: 'approve' }] },
    { decisions: [{ type: 'edit', editedAction: { name: 'other', args: { command: 'ls' } } }] },
    { decisions: [{ type: 'edit' }] }
  ])('an answer that is no clear yes is a no: %j', async (answer) => {
    const ran: string[] = []
    const gate = createToolGate(server().client(), { approval: 'native' })
    const commands = [`npm unclear ${JSON.stringify(answer).length}`]
    const graph = agentOf({ gate, commands, bash: ({ command }) => `${ran.push(command)}` })
    const config = { configurable: { thread_id: `unclear-${++threads}` } }
    await graph.invoke({ messages: [] }, config)
    await server().approve(await server().nextApproval())
    await graph.invoke(new Command({ resume: answer }), config)
    expect(ran).toEqual([])
  })

  test('the no of a client counts also where the gate remembers nothing and the server has a yes', async () => {
    const ran: string[] = []
    const memo = { maxEntries: 0, maxLength: 0, ttlMs: 0 }
    const gate = createToolGate(server().client(), { approval: 'native', memo })
    const bash = ({ command }: { command: string }) => `${ran.push(command)}`
    const graph = agentOf({ gate, commands: ['npm forgotten'], bash })
    const config = { configurable: { thread_id: 'forgotten' } }
    await graph.invoke({ messages: [] }, config)
    await server().approve(await server().nextApproval())
    await graph.invoke(new Command({ resume: false }), config)
    expect(ran).toEqual([])
  })

  test('sees the arguments as an earlier middleware has changed them', async () => {
    const ran: string[] = []
    const gate = createToolGate(server().client())
    const change = createMiddleware({
      name: 'Change',
      wrapToolCall: (request, handler) => {
        const toolCall = { ...request.toolCall, args: { command: 'rm changed' } }
        return handler({ ...request, toolCall })
      }
    })
    const agent = createAgent({
      model: modelOf(['ls changed']),
      tools: [bashOf(({ command }) => `${ran.push(command)}`)],
      middleware: [change, guardMiddleware(gate)]
    })
    await agent.invoke({ messages: [] })
    expect(ran).toEqual([])
  })

  test('a tool that is invoked by hand is guarded, also by its old name', async () => {
    const gate = createToolGate(server().client())
    const bash = guardTool(
      bashOf(({ command }) => `ran ${command}`),
      gate
    )
    expect(await bash.invoke({ command: 'ls by hand' })).toBe('ran ls by hand')
    await expect(bash.invoke({ command: 'rm by hand' })).rejects.toThrow('nothing is deleted')
    await expect(bash.call({ command: 'rm by hand' })).rejects.toThrow('nothing is deleted')
    expect(await bash.batch([{ command: 'ls by hand' }])).toEqual(['ran ls by hand'])
    await expect(bash.stream({ command: 'rm by hand' })).rejects.toThrow('nothing is deleted')
  })

  test('says what it cannot stop', async () => {
    const gate = createToolGate(server().client())
    const agent = createAgent({
      model: fakeModel().respond(new AIMessage('done')),
      tools: [bashOf(() => ''), { type: 'web_search_20250305', name: 'web_search' }],
      middleware: [guardMiddleware(gate)]
    })
    await agent.invoke({ messages: [] })
    expect(gate.coverage.report()).toEqual({
      covered: ['bash'],
      uncovered: [{ name: 'web_search', why: 'provider_executed' }]
    })
  })
})
