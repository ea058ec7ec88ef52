import { Mastra } from '@mastra/core'
import { Agent } from '@mastra/core/agent'
import { InMemoryStore } from '@mastra/core/storage'
import { createTool } from '@mastra/core/tools'
import { z } from 'zod'
import { guardMastra, type MastraCallOptions } from '../../../src/adapters/mastra/index.ts'
import type { ToolGate } from '../../../src/tool-gate/index.ts'

/** What an agent is made of. */
export interface Making {
  readonly gate: ToolGate
  /** What the model calls `bash` with, in its first turn; in its second one it is done. */
  readonly commands: readonly string[]
  readonly bash: (args: { readonly command: string }) => string
  readonly config?: object
  readonly options?: MastraCallOptions
}

/** A real agent with a fake model. */
export interface Made {
  readonly agent: Agent
  /** What the model was told of each call. */
  readonly told: (string | undefined)[]
}

interface Message {
  readonly role: string
  readonly content: readonly {
    readonly type: string
    readonly toolCallId?: string
    readonly output?: { readonly value: unknown }
  }[]
}

export function makeAgent({ gate, commands, bash, config = {}, options }: Making): Made {
  const told: (string | undefined)[] = commands.map(() => undefined)

  function hear(prompt: readonly Message[]): boolean {
    const results = prompt.filter(({ role }) => role === 'tool').flatMap(({ content }) => content)
    for (const { type, toolCallId, output } of results) {
      if (type === 'tool-result') told[Number(toolCallId?.slice(4))] = JSON.stringify(output?.value)
    }
    return results.length > 0
  }

  const model = fakeModel(hear, commands)
  const agent = new Agent(
    guardMastra(
      gate,
      {
        id: 'tester',
        name: 'tester',
        instructions: 'test',
        // biome-ignore lint/suspicious/noExplicitAny: the fake has only what is used of a model.
        model: model as any,
        tools: {
          bash: createTool({
            id: 'bash',
            description: 'runs a command',
            inputSchema: z.object({ command: z.string() }),
            execute: async (input) => bash(input)
          })
        },
        ...config
      },
      options
    )
  )
  // It keeps what is suspended.
  new Mastra({ agents: { tester: agent }, storage: new InMemoryStore(), logger: false })
  return { agent, told }
}

/** A model that makes the calls once, and then is done. */
function fakeModel(
  hear: (prompt: readonly Message[]) => boolean,
  commands: readonly string[]
): object {
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
  const calls = commands.map((command, at) => ({
    type: 'tool-call',
    toolCallId: `call${at}`,
    toolName: 'bash',
    input: JSON.stringify({ command })
  }))
  return {
    specificationVersion: 'v2',
    provider: 'fake',
    modelId: 'fake',
    supportedUrls: {},
    async doGenerate({ prompt }: { readonly prompt: readonly Message[] }) {
      const isDone = hear(prompt)
      const content = isDone ? [{ type: 'text', text: 'done' }] : calls
      return { content, finishReason: isDone ? 'stop' : 'tool-calls', usage, warnings: [] }
    },
    async doStream({ prompt }: { readonly prompt: readonly Message[] }) {
      const isDone = hear(prompt)
      const text = [
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'done' },
        { type: 'text-end', id: '1' }
      ]
      const finish = { type: 'finish', finishReason: isDone ? 'stop' : 'tool-calls', usage }
      const start = { type: 'stream-start', warnings: [] }
      const parts = [start, ...(isDone ? text : calls), finish]
      return { stream: ReadableStream.from(parts) }
    }
  }
}
