/** Strands: an agent looks around, is stopped, and is interrupted until a person has said yes. */
import assert from 'node:assert/strict'
import { AgentGuard } from '@agentguard/sdk'
import { createToolGate, guardPlugin } from '@agentguard/sdk/strands'
import {
  Agent,
  InterruptResponseContent,
  type Message,
  Model,
  type ModelStreamEvent,
  tool
} from '@strands-agents/sdk'
import { z } from 'zod'
import { answerNext, commands, policy, serve } from './serve.ts'

class Scripted extends Model {
  override updateConfig(): void {}

  override getConfig(): { modelId: string } {
    return { modelId: 'scripted' }
  }

  override async *stream(messages: Message[]): AsyncIterable<ModelStreamEvent> {
    const isFirst = messages.length === 1
    yield { type: 'modelMessageStartEvent', role: 'assistant' }
    for (const [at, command] of (isFirst ? commands : []).entries()) {
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

const ran: string[] = []
const bash = tool({
  name: 'bash',
  description: 'runs a command',
  inputSchema: z.object({ command: z.string() }),
  callback: ({ command }) => `${ran.push(command)}`
})

const server = await serve(policy)
const guard = new AgentGuard({ baseUrl: server.url, apiKey: '', tenantId: '' })
try {
  const gate = createToolGate(guard, { approval: 'native' })
  const agent = new Agent({
    model: new Scripted(),
    tools: [bash],
    plugins: [guardPlugin(gate)],
    printer: false
  })

  const { interrupts = [] } = await agent.invoke('install left-pad')
  assert.deepEqual(ran, ['ls -l'])
  assert.equal(await answerNext(guard, 'approve'), 'npm install left-pad')

  const response = { approved: true }
  const answers = interrupts.map(
    ({ id }) => new InterruptResponseContent({ interruptId: id, response })
  )
  const { stopReason } = await agent.invoke(answers)
  assert.equal(stopReason, 'endTurn')
  assert.deepEqual(ran, ['ls -l', 'npm install left-pad'])
  console.log(`ran: ${ran.join(', ')}`)
} finally {
  await server.stop()
}
