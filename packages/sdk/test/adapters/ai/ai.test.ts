import {
  generateText,
  isStepCount,
  type ModelMessage,
  streamText,
  type ToolApprovalRequest,
  tool,
  wrapLanguageModel
} from 'ai'
import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  createToolGate,
  guardApproval,
  guardMiddleware,
  guardTools
} from '../../../src/adapters/ai/index.ts'
import type { ToolGate } from '../../../src/tool-gate/index.ts'
import { type Agent, describeScenarios, type Stop } from '../scenarios.ts'

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 }
}
const done = {
  content: [{ type: 'text' as const, text: 'done' }],
  finishReason: { unified: 'stop' as const, raw: 'stop' },
  usage,
  warnings: []
}

function callsOf(commands: readonly string[], providerExecuted?: boolean) {
  return commands.map((command, at) => ({
    type: 'tool-call' as const,
    toolCallId: `call-${at}`,
    toolName: 'bash',
    input: JSON.stringify({ command }),
    ...(providerExecuted && { providerExecuted })
  }))
}

/** A model that calls `bash` in its first turn, and is done in any other. */
function scripted(commands: readonly string[]): MockLanguageModelV4 {
  const isFirst = (prompt: readonly { role: string }[]): boolean =>
    !prompt.some(({ role }) => role === 'tool')
  const finish = { unified: 'tool-calls' as const, raw: 'tool-calls' }
  return new MockLanguageModelV4({
    doGenerate: async ({ prompt }) =>
      isFirst(prompt) ? { ...done, finishReason: finish, content: callsOf(commands) } : done,
    doStream: async ({ prompt }) => ({
      stream: convertArrayToReadableStream([
        { type: 'stream-start' as const, warnings: [] },
        ...(isFirst(prompt) ? callsOf(commands) : []),
        {
          type: 'finish' as const,
          finishReason: isFirst(prompt) ? finish : done.finishReason,
          usage
        }
      ])
    })
  })
}

function bashOf(gate: ToolGate, bash: Agent['bash']) {
  const inputSchema = z.object({ command: z.string() })
  return guardTools({ bash: tool({ inputSchema, execute: async (args) => bash(args) }) }, gate)
}

type Generate = (options: Parameters<typeof generateText>[0]) => Promise<readonly ModelMessage[]>

async function generate(options: Parameters<typeof generateText>[0]) {
  return (await generateText(options)).responseMessages
}

async function stream(options: Parameters<typeof streamText>[0]) {
  const result = streamText({ ...options, onError: () => {} })
  await result.consumeStream({
    onError: (error) => {
      throw error
    }
  })
  return await result.responseMessages
}

function harness(run: Generate) {
  return async ({ gate, commands, bash, signal }: Agent): Promise<Stop> => {
    const model = scripted(commands)
    async function go(messages: ModelMessage[]): Promise<Stop> {
      const said = await run({
        model,
        messages,
        tools: bashOf(gate, bash),
        toolApproval: guardApproval(gate),
        stopWhen: isStepCount(3),
        ...(signal && { abortSignal: signal })
      })
      const all = [...messages, ...said]
      const told = commands.map((_, at) => toldOf(all, `call-${at}`))
      const requests = all.flatMap(({ role, content }) =>
        role === 'assistant' && typeof content !== 'string'
          ? content.filter((part) => part.type === 'tool-approval-request')
          : []
      )
      const open = requests.filter(({ toolCallId }) => toldOf(all, toolCallId) === undefined)
      if (open.length === 0) return { told }
      return {
        told,
        resume: async ({ approved, edited }) => go([...edit(all, edited), answers(open, approved)])
      }
    }
    return await go([{ role: 'user', content: 'go' }])
  }
}

function toldOf(messages: readonly ModelMessage[], id: string): string | undefined {
  for (const { role, content } of messages) {
    if (role !== 'tool') continue
    for (const part of content) {
      if (part.type === 'tool-result' && part.toolCallId === id) return JSON.stringify(part.output)
    }
  }
  return undefined
}

function answers(open: readonly ToolApprovalRequest[], approved: boolean): ModelMessage {
  return {
    role: 'tool',
    content: open.map(({ approvalId }) => ({
      type: 'tool-approval-response',
      approvalId,
      approved
    }))
  }
}

function edit(messages: ModelMessage[], command: string | undefined): ModelMessage[] {
  if (command === undefined) return messages
  return structuredClone(messages).map((message) => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return message
    for (const part of message.content) {
      if (part.type === 'tool-call') part.input = { command }
      if (part.type === 'tool-approval-request')
        Object.assign(part, { inputSchemaInput: { command } })
    }
    return message
  })
}

const server = describeScenarios('AI SDK, generateText', { run: harness(generate) })
describeScenarios('AI SDK, streamText', { run: harness(stream) }, server)

describe('the adapter for the AI SDK', () => {
  test('a tool that streams goes on doing so', async () => {
    const gate = createToolGate(server().client())
    const tools = guardTools(
      {
        bash: tool({
          inputSchema: z.object({ command: z.string() }),
          async *execute({ command }) {
            yield 'half'
            yield `ran ${command}`
          }
        })
      },
      gate
    )
    const result = streamText({
      model: scripted(['ls streamed']),
      prompt: 'go',
      tools,
      stopWhen: isStepCount(2)
    })
    const outputs: unknown[] = []
    for await (const part of result.stream) {
      if (part.type === 'tool-result') outputs.push([part.output, part.preliminary ?? false])
    }
    expect(outputs).toEqual([
      ['half', true],
      ['ran ls streamed', true],
      ['ran ls streamed', false]
    ])
  })

  test('where a tool is not guarded itself, the approval is the gate', async () => {
    const ran: string[] = []
    const tools = {
      bash: tool({
        inputSchema: z.object({ command: z.string() }),
        execute: async ({ command }) => ran.push(command)
      })
    }
    const gate = createToolGate(server().client())
    const toolApproval = guardApproval(gate)
    const model = scripted(['ls unguarded', 'rm unguarded'])
    await generateText({ model, prompt: 'go', tools, toolApproval, stopWhen: isStepCount(2) })
    expect(ran).toEqual(['ls unguarded'])
  })

  test('what the author of a tool wants to be asked about stays so', async () => {
    const ran: string[] = []
    const tools = {
      bash: tool({
        inputSchema: z.object({ command: z.string() }),
        execute: async ({ command }) => ran.push(command),
        needsApproval: async ({ command }) => command.endsWith('secret')
      })
    }
    for (const approval of ['wait', 'native'] as const) {
      const gate = createToolGate(server().client(), { approval })
      const result = await generateText({
        model: scripted(['ls secret', `ls open ${approval}`]),
        prompt: 'go',
        tools: guardTools(tools, gate),
        toolApproval: guardApproval(gate),
        stopWhen: isStepCount(2)
      })
      expect(result.content.filter(({ type }) => type === 'tool-approval-request')).toHaveLength(1)
    }
    expect(ran).toEqual(['ls open wait', 'ls open native'])
  })

  test('an allowed call is good for one run, and a pause takes more than guarded tools', async () => {
    const ran: string[] = []
    const decided: string[] = []
    const gate = createToolGate(server().client(), {
      approval: 'native',
      onDecision: ({ verdict }) => decided.push(verdict.kind)
    })
    const { bash } = guardTools(
      bashOf(gate, ({ command }) => `${ran.push(command)}`),
      gate
    )
    const options = { toolCallId: 'same', messages: [], context: {} }
    await bash.execute?.({ command: 'ls same' }, options)
    await bash.execute?.({ command: 'ls same' }, options)
    expect(decided).toEqual(['allow', 'allow'])
    await expect(
      async () => await bash.execute?.({ command: 'npm same' }, options)
    ).rejects.toThrow('approval rule')
    await server().nextApproval()
    expect(ran).toEqual(['ls same', 'ls same'])
  })

  test('says what it cannot stop, or refuses it', async () => {
    const gate = createToolGate(server().client())
    const inputSchema = z.object({})
    const outputSchema = z.string()
    const search = { type: 'provider', isProviderExecuted: true, id: 'x.search' } as const
    const tools = {
      search: { ...search, args: {}, inputSchema, outputSchema },
      pick: tool({ inputSchema, outputSchema })
    }
    guardTools({ ...tools, ...bashOf(gate, () => '') }, gate)
    expect(gate.coverage.report()).toEqual({
      covered: ['bash'],
      uncovered: [
        { name: 'search', why: 'provider_executed' },
        { name: 'pick', why: 'no_execute' }
      ]
    })
    const strict = createToolGate(server().client(), { uncovered: 'refuse' })
    expect(() => guardTools(tools, strict)).toThrow('cannot be guarded')
  })

  test('the middleware hides tools, and sees what a provider has executed', async () => {
    const gate = createToolGate(server().client())
    const inner = new MockLanguageModelV4({
      doGenerate: { ...done, content: callsOf(['ls there'], true) },
      doStream: {
        stream: convertArrayToReadableStream([
          { type: 'stream-start' as const, warnings: [] },
          ...callsOf(['ls there'], true).map((call) => ({ ...call, toolName: 'streamed' })),
          { type: 'finish' as const, finishReason: done.finishReason, usage }
        ])
      }
    })
    const middleware = guardMiddleware(gate, { offers: (name) => name !== 'bash' })
    const model = wrapLanguageModel({ model: inner, middleware })
    const tools = {
      ...bashOf(gate, () => ''),
      pick: tool({ inputSchema: z.object({}), outputSchema: z.string() })
    }
    await generateText({ model, prompt: 'go', tools })
    expect(inner.doGenerateCalls[0]?.tools?.map(({ name }) => name)).toEqual(['pick'])
    await streamText({ model, prompt: 'go', tools }).consumeStream()
    const { uncovered } = gate.coverage.report()
    expect(uncovered).toEqual([
      { name: 'bash', why: 'provider_executed' },
      { name: 'streamed', why: 'provider_executed' }
    ])
  })
})
