import { type ToolCallInput, valueArguments } from '../../tool-gate/index.ts'

/** What Claude's hooks say of a call. They come as JSON from another process. */
export interface ClaudeToolUse {
  readonly tool_name: string
  readonly tool_input: unknown
  readonly tool_use_id?: string | undefined
  readonly session_id?: string | undefined
  readonly cwd?: string | undefined
  readonly agent_type?: string | undefined
  readonly mcp_server?: { readonly name: string } | undefined
}

/**
 * The call that a hook asks about. The directory in which it runs is in `meta`, so that approvals are bound to it, and so
 * is the name of a tool that can be read in several ways.
 */
export function claudeToolCall(use: ClaudeToolUse, signal?: AbortSignal): ToolCallInput {
  const { cwd, agent_type: agentType, tool_name: written, mcp_server: server } = use
  const { name, others } = claudeToolName(written, server?.name)
  return {
    name,
    arguments: valueArguments(use.tool_input),
    callId: use.tool_use_id,
    sessionId: use.session_id,
    meta: {
      ...(cwd && { cwd }),
      ...(agentType && { agent_type: agentType }),
      ...(others.length > 0 && { claude_tool: written })
    },
    signal
  }
}

/** The name of a tool as policies know it. */
export interface ClaudeToolName {
  readonly name: string
  /** What it may be as well, if Claude does not say which server it is of. */
  readonly others: readonly string[]
}

/**
 * Reads the name of a tool: `Bash` is itself, and `mcp__files__read` is `files:read`. Where a server or a tool has `__`
 * in its name, only Claude can tell where one ends, in `server`.
 */
export function claudeToolName(written: string, server?: string): ClaudeToolName {
  if (!written.startsWith(prefix)) return { name: written, others: [] }
  const rest = written.slice(prefix.length)
  const normal = server?.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
  if (normal && rest.startsWith(`${normal}__`))
    return { name: splitAt(rest, normal.length), others: [] }
  // The parts may overlap: `a___b` is `a` and `_b`, or `a_` and `b`.
  const places = Array.from(rest, (_, at) => at).filter(
    (at) => at > 0 && at + 2 < rest.length && rest.startsWith('__', at)
  )
  const [name = written, ...others] = places.map((at) => splitAt(rest, at))
  return { name, others }
}

const prefix = 'mcp__'

function splitAt(rest: string, at: number): string {
  return `${rest.slice(0, at)}:${rest.slice(at + 2)}`
}
