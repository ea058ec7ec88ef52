import { type Agent, describeScenarios, type Stop } from '../scenarios.ts'
import { makeAgent } from './mastra-agent.ts'

interface Output {
  readonly runId?: string | undefined
  readonly finishReason: string | undefined
  readonly suspendPayload?: { readonly toolCallId: string }
}

/** Runs an agent, up to its end or to what it is suspended for. */
async function run({ gate, commands, bash, signal }: Agent): Promise<Stop> {
  const { agent, told } = makeAgent({ gate, commands, bash })
  const first = (await agent.generate('go', signal ? { abortSignal: signal } : {})) as Output
  if (first.finishReason !== 'suspended') return { told }
  return {
    told,
    async resume({ approved }) {
      let output = first
      const asked = new Set<string>()
      while (output.finishReason === 'suspended' && output.suspendPayload) {
        const { toolCallId } = output.suspendPayload
        // What is suspended again was not let go on.
        if (asked.has(toolCallId)) break
        asked.add(toolCallId)
        const call = { runId: first.runId ?? '', toolCallId }
        output = (await (approved
          ? agent.approveToolCallGenerate(call)
          : agent.declineToolCallGenerate(call))) as Output
      }
      return { told }
    }
  }
}

describeScenarios('Mastra', { run, edits: false })
