import {
  type Agent,
  type ExecuteToolResult,
  ExecuteToolStage,
  type JSONValue,
  type MiddlewareHandlerOf,
  type Plugin,
  TextBlock,
  ToolResultBlock
} from '@strands-agents/sdk'
import { denyText, type ToolCallInput, type ToolGate } from '../../tool-gate/index.ts'
import { readAnswer } from '../read-answer.ts'
import { type AskPerson, settleCall } from '../settle-call.ts'

/** What is said of every call, beside what Strands knows of it. */
export type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>

/**
 * A plugin with which the tools of an agent run only when they may. It wraps their execution, after all hooks, so that it
 * sees the arguments as the tool gets them; it goes last in the list of plugins. A call that may not run gets an error
 * result.
 *
 * With a `native` gate the agent is interrupted where a person's yes is needed. An agent that is a tool runs only if it has
 * such a plugin itself.
 */
export function guardPlugin(gate: ToolGate, context: CallContext = {}): Plugin {
  return {
    name: 'agentguard',
    initAgent(agent) {
      guardedAgents.add(agent)
      for (const { name } of agent.toolRegistry.list()) gate.coverage.covers(name)
      agent.addMiddleware(ExecuteToolStage, guarding(gate, context))
    }
  }
}

const guardedAgents = new WeakSet<object>()

/** Whether a tool runs an agent whose own tools would run without being asked about. */
async function isUnguardedAgent(tool: object | undefined): Promise<boolean> {
  const { agent } = (tool ?? {}) as { readonly agent?: Partial<Pick<Agent, 'initialize'>> }
  if (typeof agent?.initialize !== 'function') return false
  // Plugins come to an agent only now.
  await agent.initialize()
  return !guardedAgents.has(agent)
}

function guarding(
  gate: ToolGate,
  context: CallContext
): MiddlewareHandlerOf<typeof ExecuteToolStage> {
  return async function* (execution, next) {
    const { toolUse, cancelSignal } = execution
    const { name, toolUseId, input } = toolUse
    if (await isUnguardedAgent(execution.tool)) {
      gate.coverage.misses({ name, why: 'agent_without_plugin' })
      return refused(
        toolUseId,
        '[AgentGuard] Action denied: the tools of this agent are not guarded'
      )
    }
    const call = {
      ...context,
      meta: { framework: 'strands', ...context.meta },
      name,
      arguments: input,
      callId: toolUseId,
      signal: cancelSignal
    }
    const ask: AskPerson = (waited, asked, round) => {
      const { approvalId, approvalUrl, reason } = waited
      const toolCall = { id: toolUseId, name, args: asked.arguments as JSONValue }
      const { response } = execution.interrupt({
        // The same name would get the same answer.
        name: round === 0 ? 'agentguard' : `agentguard-${round}`,
        reason: { type: 'agentguard.approval', approvalId, approvalUrl, reason, toolCall }
      })
      return readAnswer(response)
    }
    const settled = await settleCall(gate, call, ask)
    if (settled.ok) {
      return yield* next({ ...execution, toolUse: { ...toolUse, input: settled.args } })
    }
    return refused(toolUseId, denyText(settled.verdict))
  }
}

function refused(toolUseId: string, text: string): ExecuteToolResult {
  const content = [new TextBlock(text)]
  return { result: new ToolResultBlock({ toolUseId, status: 'error', content }) }
}
