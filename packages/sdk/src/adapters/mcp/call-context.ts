import { type ToolCallInput, valueArguments } from '../../tool-gate/index.ts'

/** What is said of every call, beside what MCP knows of it. */
export type CallContext = Pick<ToolCallInput, 'sessionId' | 'runId' | 'agentId' | 'meta'>

export interface McpOptions {
  /** The name of the server, as policies know it: its tools are then called `name:tool`. */
  readonly server?: string | undefined
  /** What is said of every call; of the one with this `extra` or `ctx`, if it is a function. */
  readonly context?: CallContext | ((extra: RequestExtra) => CallContext) | undefined
}

/** A request, as both SDK lines tell a handler of it: `extra` of version 1, `ctx` of version 2. */
export interface RequestExtra {
  readonly sessionId?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly requestId?: string | number | undefined
  /** Who asks, over HTTP; in version 2 it is in `http`. */
  readonly authInfo?: AuthInfo | undefined
  readonly http?: { readonly authInfo?: AuthInfo | undefined } | undefined
  /** Only in version 2. */
  readonly mcpReq?:
    | {
        readonly signal?: AbortSignal | undefined
        readonly inputResponses?: Readonly<Record<string, unknown>> | undefined
        readonly envelope?: object | undefined
      }
    | undefined
}

/** What a verifier of access tokens has found. */
interface AuthInfo {
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly extra?: Readonly<Record<string, unknown>> | undefined
}

/** A call of a tool. Ids of requests are not unique between clients, so that there is none. */
export function mcpCall(
  name: string,
  given: unknown,
  extra: RequestExtra,
  { server, context }: McpOptions
): ToolCallInput {
  const said = typeof context === 'function' ? context(extra) : context
  const { sessionId, signal = extra.mcpReq?.signal } = extra
  return {
    ...(sessionId && { sessionId }),
    ...said,
    meta: { framework: 'mcp', ...said?.meta },
    name: toolName(name, server),
    arguments: valueArguments(given),
    signal
  }
}

/** The name of a tool, as policies know it. */
export function toolName(name: string, server: string | undefined): string {
  return server ? `${server}:${name}` : name
}
