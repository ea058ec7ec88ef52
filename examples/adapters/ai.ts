/** The AI SDK: an agent looks around, is stopped, and pauses until a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardApproval, guardTools } from '@agentguard/sdk/ai'
import { isStepCount, type ModelMessage, ToolLoopAgent, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

const inputTokens = { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }
const usage = { inputTokens, outputTokens: { total: 1, text: 1, reasoning: 0 } }
const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const isFirst = prompt.length === 1
    const calls = commands.map((command, at) => ({
      type: 'tool-call' as const,
      toolCallId: `call-${at}`,
      toolName: 'bash',
      input: JSON.stringify({ command })
    }))
    return {
      content: isFirst ? calls : [{ type: 'text', text: 'done' }],
      finishReason: { unified: isFirst ? 'tool-calls' : 'stop', raw: undefined },
      usage,
      warnings: []
    }
  }
})

const ran: string[] = []
const bash = tool({
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => `${ran.push(command)}`
})

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const agent = new ToolLoopAgent({
    model,
    tools: guardTools({ bash }, gate),
    toolApproval: guardApproval(gate),
    stopWhen: isStepCount(5)
  })

  const messages: ModelMessage[] = [{ role: 'user', content: 'install left-pad' }]
  const paused = await agent.generate({ messages })
  assert.deepEqual(ran, ['ls -l'])
  messages.push(...paused.responseMessages)

  const request = paused.content
    .filter((part) => part.type === 'tool-approval-request')
    .find(({ isAutomatic }) => !isAutomatic)
  assert.ok(request)
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  messages.push({
    role: 'tool',
    content: [{ type: 'tool-approval-response', approvalId: request.approvalId, approved: true }]
  })
  const { text } = await agent.generate({ messages })
  assert.equal(text, 'done')
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
