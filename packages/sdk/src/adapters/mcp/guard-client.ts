import type { ToolGate } from '../../tool-gate/index.ts'
import { type McpOptions, mcpCall, toolName } from './call-context.ts'
import { runCall } from './run-call.ts'

/** A `Client` of `@modelcontextprotocol/sdk` or of `@modelcontextprotocol/client`, as far as it is looked at. */
export interface McpClientLike {
  // biome-ignore lint/suspicious/noExplicitAny: both SDK lines have their own generics here
  request(request: any, ...rest: any[]): Promise<any>
}

interface Request {
  readonly method: string
  readonly params?: { readonly name?: unknown; readonly arguments?: unknown }
}

/**
 * Guards the tool calls that a client makes from now on, whoever makes them through it, and returns it. A call that may
 * not be made resolves to an error result, as a tool's own failure does, and the MCP server hears nothing of it.
 *
 * MCP has no pause at the client: where a `native` gate needs a person's yes, the error result says so, and the same call
 * can be made again once there is one.
 */
export function guardMcpClient<CLIENT extends McpClientLike>(
  client: CLIENT,
  gate: ToolGate,
  options: McpOptions = {}
): CLIENT {
  const send = client.request.bind(client)
  client.request = async (request: Request, ...rest: unknown[]) => {
    if (request.method !== 'tools/call') return await send(request, ...rest)
    const { name, arguments: given = {} } = request.params ?? {}
    const text = String(name)
    gate.coverage.covers(toolName(text, options.server))
    return await runCall(
      gate,
      () => mcpCall(text, given, { signal: signalIn(rest) }, options),
      () => send(request, ...rest)
    )
  }
  return client
}

/** The lines have the options at different places. */
function signalIn(rest: readonly unknown[]): AbortSignal | undefined {
  for (const one of rest) {
    const { signal } = (one ?? {}) as { readonly signal?: unknown }
    if (signal instanceof AbortSignal) return signal
  }
  return undefined
}
