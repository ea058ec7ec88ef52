/** LangChain: an agent looks around, is stopped, and is interrupted until a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardMiddleware } from '@agentguard/sdk/langchain'
import { Command, MemorySaver } from '@langchain/langgraph'
import { AIMessage, createAgent, fakeModel, tool } from 'langchain'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

const calls = commands.map((command, at) => ({
  name: 'bash',
  args: { command },
  id: `call-${at}`
}))
const model = fakeModel().respondWithTools(calls).respond(new AIMessage('done'))

const ran: string[] = []
const bash = tool(async ({ command }) => `${ran.push(command)}`, {
  name: 'bash',
  description: 'runs a command',
  schema: z.object({ command: z.string() })
})

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const agent = createAgent({
    model,
    tools: [bash],
    middleware: [guardMiddleware(gate)],
    checkpointer: new MemorySaver()
  })

  const thread = { configurable: { thread_id: 'monday' } }
  await agent.invoke({ messages: [{ role: 'user', content: 'install left-pad' }] }, thread)
  assert.deepEqual(ran, ['ls -l'])
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  const resume = { decisions: [{ type: 'approve' }] }
  const { messages } = await agent.invoke(new Command({ resume }), thread)
  assert.equal(messages.at(-1)?.content, 'done')
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
