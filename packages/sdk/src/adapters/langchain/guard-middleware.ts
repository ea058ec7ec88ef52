import { ToolMessage } from '@langchain/core/messages'
import { type AgentMiddleware, createMiddleware } from 'langchain'
import { denyText, type ToolGate } from '../../tool-gate/index.ts'
import { settleCall } from '../settle-call.ts'
import { askPerson } from './ask-person.ts'
import { type CallContext, graphCall } from './graph-call.ts'

/**
 * A middleware for `createAgent` and deep agents: tools run only when they may, also those that other middlewares bring
 * along. It goes last in the list, so that it sees the arguments as the tool gets them. A call that may not run is
 * answered with an error message for the model.
 *
 * With a `native` gate the graph is interrupted where a person's yes is needed, which takes a checkpointer.
 */
export function guardMiddleware(gate: ToolGate, context: CallContext = {}): AgentMiddleware {
  return createMiddleware({
    name: 'AgentGuard',
    wrapModelCall: (request, handler) => {
      for (const tool of request.tools) report(tool, gate)
      return handler(request)
    },
    wrapToolCall: async (request, handler) => {
      const { runtime } = request
      const settled = await settleCall(
        gate,
        graphCall(request.toolCall, runtime, context),
        askPerson
      )
      if (settled.ok) {
        return await handler({ ...request, toolCall: { ...request.toolCall, args: settled.args } })
      }
      const { id = '', name } = request.toolCall
      return new ToolMessage({
        content: denyText(settled.verdict),
        status: 'error',
        tool_call_id: id,
        name
      })
    }
  })
}

/** What has nothing to be called with here runs at the model's provider. */
function report(tool: object, { coverage }: ToolGate): void {
  const { name, type, invoke } = tool as Readonly<Record<string, unknown>>
  if (typeof invoke === 'function') coverage.covers(String(name))
  else coverage.misses({ name: String(name ?? type), why: 'provider_executed' })
}
