/** Mastra: an agent looks around, is stopped, and is suspended until a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardMastra } from '@agentguard/sdk/mastra'
import { Mastra } from '@mastra/core'
import { Agent } from '@mastra/core/agent'
import { InMemoryStore } from '@mastra/core/storage'
import { createTool } from '@mastra/core/tools'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
const model = {
  specificationVersion: 'v2' as const,
  provider: 'scripted',
  modelId: 'scripted',
  supportedUrls: {},
  async doGenerate({ prompt }: { prompt: readonly { role: string }[] }) {
    const isFirst = !prompt.some(({ role }) => role === 'tool')
    const calls = commands.map((command, at) => ({
      type: 'tool-call' as const,
      toolCallId: `call-${at}`,
      toolName: 'bash',
      input: JSON.stringify({ command })
    }))
    return {
      content: isFirst ? calls : [{ type: 'text' as const, text: 'done' }],
      finishReason: isFirst ? ('tool-calls' as const) : ('stop' as const),
      usage,
      warnings: []
    }
  },
  doStream(): never {
    throw new Error('this model does not stream')
  }
}

const ran: string[] = []
const bash = createTool({
  id: 'bash',
  description: 'runs a command',
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => `${ran.push(command)}`
})

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const config = guardMastra(gate, {
    id: 'shell',
    name: 'shell',
    instructions: 'You run commands.',
    model,
    tools: { bash }
  })
  const agent = new Agent(config)
  // It keeps the runs that are suspended.
  new Mastra({ agents: { agent }, storage: new InMemoryStore(), logger: false })

  const { finishReason, runId, suspendPayload } = await agent.generate('install left-pad')
  assert.equal(finishReason, 'suspended')
  assert.deepEqual(ran, ['ls -l'])
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  const { toolCallId } = suspendPayload as { toolCallId: string }
  const { text } = await agent.approveToolCallGenerate({ runId: String(runId), toolCallId })
  assert.equal(text, 'done')
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
