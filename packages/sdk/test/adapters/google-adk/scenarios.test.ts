import { type Event, getFunctionCalls, LlmAgent, LogLevel, setLogLevel } from '@google/adk'
import { beforeAll } from 'vitest'
import { AgentGuardPlugin } from '../../../src/adapters/google-adk/index.ts'
import { type Agent, describeScenarios, type Stop } from '../scenarios.ts'
import { bashTool, FakeLlm, runnerOf } from './adk-agent.ts'

beforeAll(() => setLogLevel(LogLevel.ERROR))

const confirmation = 'adk_request_confirmation'

/** Runs an agent, up to its end or to what it wants to be confirmed. */
async function run({ gate, commands, bash, signal }: Agent): Promise<Stop> {
  const model = new FakeLlm(commands.map((command) => ({ name: 'bash', args: { command } })))
  const agent = new LlmAgent({ name: 'tester', model, tools: [bashTool(bash)] })
  const runner = runnerOf(agent, [new AgentGuardPlugin(gate)])
  const session = await runner.sessionService.createSession({ appName: 'test', userId: 'u' })

  /** Resolves to the ids of the calls that ask for a confirmation. */
  async function turn(parts: readonly object[]): Promise<string[]> {
    const asked: string[] = []
    const newMessage = { role: 'user', parts: [...parts] }
    const about = { userId: 'u', sessionId: session.id, newMessage }
    const events: AsyncIterable<Event> = runner.runAsync({
      ...about,
      ...(signal && { abortSignal: signal })
    })
    for await (const event of events) {
      for (const { name, id } of getFunctionCalls(event)) {
        if (name === confirmation && id) asked.push(id)
      }
    }
    return asked
  }

  const asked = await turn([{ text: 'go' }])
  if (asked.length === 0) return { told: model.told }
  return {
    told: model.told,
    async resume({ approved }) {
      const response = { confirmed: approved }
      await turn(asked.map((id) => ({ functionResponse: { id, name: confirmation, response } })))
      return { told: model.told }
    }
  }
}

// Edited calls are refused by the framework itself: what is confirmed has to be what the model asked for.
describeScenarios('Google ADK', { run, edits: false })
