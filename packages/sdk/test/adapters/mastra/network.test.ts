import { Mastra } from '@mastra/core'
import { Agent } from '@mastra/core/agent'
import { MockMemory } from '@mastra/core/memory'
import { InMemoryStore } from '@mastra/core/storage'
import { createTool } from '@mastra/core/tools'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { guardMastra } from '../../../src/adapters/mastra/index.ts'
import { createToolGate, type Gate } from '../../../src/tool-gate/index.ts'

/** A model that routes to `bash` with a command, and is satisfied with what it gets. */
function routingTo(command: string): object {
  const text = JSON.stringify({
    primitiveId: 'bash',
    primitiveType: 'tool',
    prompt: JSON.stringify({ command }),
    selectionReason: 'it is asked for',
    isComplete: true,
    completionReason: 'done',
    finalResult: 'done'
  })
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
  const parts = [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: text },
    { type: 'text-end', id: '1' },
    { type: 'finish', finishReason: 'stop', usage }
  ]
  return {
    specificationVersion: 'v2',
    provider: 'fake',
    modelId: 'fake',
    supportedUrls: {},
    doGenerate: async () => ({
      content: [{ type: 'text', text }],
      finishReason: 'stop',
      usage,
      warnings: []
    }),
    doStream: async () => ({ stream: ReadableStream.from(parts) })
  }
}

test.each(['ls', 'rm x'])('a network, which calls no hooks, asks about `%s`', async (command) => {
  const asked: unknown[] = []
  const ran: string[] = []
  const gate: Gate = async (action) => {
    asked.push(action.command)
    return { decision: action.command === 'ls' ? 'ALLOW' : 'DENY', reason: 'no' }
  }
  const storage = new InMemoryStore()
  const agent = new Agent(
    guardMastra(createToolGate(gate), {
      id: 'tester',
      name: 'tester',
      instructions: 'test',
      // biome-ignore lint/suspicious/noExplicitAny: the fake has only what is used of a model.
      model: routingTo(command) as any,
      memory: new MockMemory({ storage }),
      tools: {
        bash: createTool({
          id: 'bash',
          description: 'runs a command',
          inputSchema: z.object({ command: z.string() }),
          execute: async (input) => `ran ${ran.push(input.command)}`
        })
      }
    })
  )
  new Mastra({ agents: { tester: agent }, storage, logger: false })
  const memory = { thread: 'thread', resource: 'user' }
  const results: unknown[] = []
  for await (const chunk of await agent.network('go', { maxSteps: 1, memory })) {
    if (chunk.type === 'tool-execution-end') results.push(chunk.payload.result)
  }
  const isAllowed = command === 'ls'
  expect({ asked, ran }).toEqual({ asked: [command], ran: isAllowed ? [command] : [] })
  expect(results).toEqual([isAllowed ? 'ran 1' : '[AgentGuard] Action denied: no'])
})
