import type { ActionRequest } from '@agentguard/protocol'
import { bundledToolScope, toolCallActions } from '@agentguard/tool-actions'
import type { ToolCallInput } from './tool-call.ts'

/** How tool calls become actions. */
export interface ToolActionOptions {
  /** The scopes that tools act in, by name, or what tells them; asked before the bundled table. */
  readonly toolScope?:
    | Readonly<Record<string, string>>
    | ((tool: string) => string | undefined)
    | undefined
  /** What the framework is called; it is said in `meta.framework`. */
  readonly framework?: string | undefined
  /**
   * Has the last word on what is asked, such as what a call costs. It MUST be the same for the same call, since
   * approvals are bound to it.
   */
  readonly describe?: ((action: ActionRequest, call: ToolCallInput) => ActionRequest) | undefined
}

/** Creates what turns tool calls into actions. That throws for arguments that are no JSON. */
export function createToolAction(
  options: ToolActionOptions
): (call: ToolCallInput) => ActionRequest {
  const { toolScope: given, framework, describe } = options
  const mapped =
    typeof given === 'function'
      ? given
      : (tool: string) => (given && Object.hasOwn(given, tool) ? given[tool] : undefined)
  const toolScope = (tool: string): string | undefined => mapped(tool) ?? bundledToolScope(tool)

  return (call) => {
    const { name, schema, sessionId, agentId, callId } = call
    const source = toolScope(name) === undefined ? 'mcp' : 'llm'
    const action = toolCallActions(
      { name, arguments: call.arguments, schema },
      { source, toolScope }
    )
    const { transport: _, ...said } = action.meta ?? {}
    const meta = {
      ...said,
      ...call.meta,
      ...(framework && { framework }),
      ...(callId && { tool_call_id: callId })
    }
    const full: ActionRequest = {
      ...action,
      meta,
      ...(agentId && { agent_id: agentId }),
      ...(sessionId && { session_id: sessionId })
    }
    return describe ? describe(full, call) : full
  }
}
