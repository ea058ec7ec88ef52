/** OpenAI Agents: an agent looks around, is stopped, and is interrupted until a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardAgent } from '@agentguard/sdk/openai-agents'
import { Agent, type ModelResponse, run, setTracingDisabled, tool, Usage } from '@openai/agents'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

setTracingDisabled(true)

let turns = 0
const model = {
  async getResponse(): Promise<ModelResponse> {
    turns++
    const calls: ModelResponse['output'] = commands.map((command, at) => ({
      type: 'function_call',
      callId: `call-${at}`,
      name: 'bash',
      status: 'completed',
      arguments: JSON.stringify({ command })
    }))
    const content = [{ type: 'output_text' as const, text: 'done' }]
    const end: ModelResponse['output'] = [
      { type: 'message', role: 'assistant', status: 'completed', content }
    ]
    return { usage: new Usage(), output: turns === 1 ? calls : end }
  },
  getStreamedResponse(): never {
    throw new Error('this story does not stream')
  }
}

const ran: string[] = []
const bash = tool({
  name: 'bash',
  description: 'runs a command',
  parameters: z.object({ command: z.string() }),
  execute: async ({ command }) => `${ran.push(command)}`
})

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const agent = guardAgent(new Agent({ name: 'shell', model, tools: [bash] }), gate)

  const paused = await run(agent, 'install left-pad')
  assert.deepEqual(ran, ['ls -l'])
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  for (const item of paused.interruptions) paused.state.approve(item)
  const { finalOutput } = await run(agent, paused.state)
  assert.equal(finalOutput, 'done')
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
