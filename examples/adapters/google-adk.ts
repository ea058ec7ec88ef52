/** Google ADK: an agent looks around, is stopped, and asks for a confirmation that counts if a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { AgentGuardPlugin, createToolGate } from '@agentguard/sdk/google-adk'
import {
  BaseLlm,
  type BaseLlmConnection,
  FunctionTool,
  getFunctionCalls,
  InMemoryRunner,
  LlmAgent,
  type LlmRequest,
  type LlmResponse,
  LogLevel,
  setLogLevel
} from '@google/adk'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

class Scripted extends BaseLlm {
  override async *generateContentAsync({
    contents
  }: LlmRequest): AsyncGenerator<LlmResponse, void> {
    const isFirst = contents.length === 1
    const calls = commands.map((command, at) => ({
      functionCall: { id: `call-${at}`, name: 'bash', args: { command } }
    }))
    yield { content: { role: 'model', parts: isFirst ? calls : [{ text: 'done' }] } }
  }

  override connect(): Promise<BaseLlmConnection> {
    throw new Error('this model is not live')
  }
}

const ran: string[] = []
const bash = new FunctionTool({
  name: 'bash',
  description: 'runs a command',
  parameters: z.object({ command: z.string() }),
  execute: (args) => `${ran.push((args as { command: string }).command)}`
})
const agent = new LlmAgent({
  name: 'shell',
  model: new Scripted({ model: 'scripted' }),
  tools: [bash]
})

setLogLevel(LogLevel.ERROR)
const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const plugins = [new AgentGuardPlugin(gate)]
  const runner = new InMemoryRunner({ agent, appName: 'app', plugins })

  const session = await runner.sessionService.createSession({ appName: 'app', userId: 'user' })
  const about = { userId: 'user', sessionId: session.id }
  const name = 'adk_request_confirmation'
  let id: string | undefined
  const newMessage = { role: 'user', parts: [{ text: 'install left-pad' }] }
  for await (const event of runner.runAsync({ ...about, newMessage })) {
    id ??= getFunctionCalls(event).find((call) => call.name === name)?.id
  }
  assert.ok(id)
  assert.deepEqual(ran, ['ls -l'])
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  const part = { functionResponse: { id, name, response: { confirmed: true } } }
  const answer = { role: 'user', parts: [part] }
  for await (const _ of runner.runAsync({ ...about, newMessage: answer }));
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
