import { ToolMessage } from '@langchain/core/messages'
import type { ToolRunnableConfig } from '@langchain/core/tools'
import { denyText, errorOf, type ToolGate } from '../../tool-gate/index.ts'
import { settleCall } from '../settle-call.ts'
import { askPerson } from './ask-person.ts'
import { type CallContext, graphCall } from './graph-call.ts'
import { isToolCall } from './tool-arguments.ts'

/** A tool, as far as it is looked at: any of LangChain is one. */
interface Invocable {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: the methods of LangChain are generic in what they are given
  invoke(input: any, config?: any): Promise<any>
}

/**
 * The same tool, which runs only when it may, for a `ToolNode` or graphs of one's own. A call that may not run is
 * answered with an error message for the model; who invokes the tool with bare arguments gets an `AgentGuardError`.
 *
 * With a `native` gate the graph is interrupted where a person's yes is needed. LangGraph then runs the whole node once
 * more: give each call a node of its own (`Send`), as `createAgent` does, or calls beside it run twice.
 */
export function guardTool<TOOL extends Invocable>(
  tool: TOOL,
  gate: ToolGate,
  context: CallContext = {}
): TOOL {
  gate.coverage.covers(tool.name)
  const guarded = Object.create(tool) as TOOL
  guarded.invoke = async (input: unknown, config: ToolRunnableConfig = {}) => {
    const call = isToolCall(input) ? input : { ...config.toolCall, args: input }
    const asked = graphCall({ id: call.id, name: tool.name, args: call.args }, config, context)
    const settled = await settleCall(gate, asked, askPerson)
    if (settled.ok) {
      const { args } = settled
      return await tool.invoke(isToolCall(input) ? { ...input, args } : args, config)
    }
    if (!call.id) throw errorOf(settled.verdict)
    const content = denyText(settled.verdict)
    return new ToolMessage({ content, status: 'error', tool_call_id: call.id, name: tool.name })
  }
  // An old name, and what is below `invoke`, would otherwise lead past this.
  const below = (input: unknown, _: unknown, config?: ToolRunnableConfig) =>
    guarded.invoke(input, config)
  return Object.assign(guarded, { call: guarded.invoke, _call: below, func: below })
}
