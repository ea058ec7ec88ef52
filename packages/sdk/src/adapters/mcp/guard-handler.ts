import type { ToolGate } from '../../tool-gate/index.ts'
import { type McpOptions, mcpCall, type RequestExtra } from './call-context.ts'
import { runCall } from './run-call.ts'

interface CallRequest {
  readonly params: { readonly name: string; readonly arguments?: unknown }
}

/**
 * A handler of `tools/call` for the low-level `Server` of either SDK line, which is called only when it may be. It is
 * judged by the arguments as they came. Needs for approval are told to the model; `guardMcpServer` can ask the user.
 */
export function guardToolHandler<REQUEST extends CallRequest, EXTRA extends object, RESULT>(
  gate: ToolGate,
  handler: (request: REQUEST, extra: EXTRA) => RESULT | Promise<RESULT>,
  options: McpOptions = {}
): (request: REQUEST, extra: EXTRA) => Promise<RESULT> {
  return async (request, extra) => {
    const { name, arguments: given = {} } = request.params
    const result = await runCall(
      gate,
      () => mcpCall(name, given, extra as RequestExtra, options),
      () => handler(request, extra)
    )
    return result as RESULT
  }
}
