import type { ToolCallInput } from '../../tool-gate/index.ts'

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

/** The call that a hook asks about. The directory in which it runs is in `meta`, so that approvals are bound to it. */
export function claudeToolCall(use: ClaudeToolUse, signal?: AbortSignal): ToolCallInput {
  const { cwd, agent_type: agentType } = use
  return {
    name: claudeToolName(use.tool_name, use.mcp_server?.name),
    arguments: use.tool_input,
    callId: use.tool_use_id,
    sessionId: use.session_id,
    meta: { ...(cwd && { cwd }), ...(agentType && { agent_type: agentType }) },
    signal
  }
}

/**
 * The name of a tool as policies know it: `Bash` as it is, and `mcp__files__read` as `files:read`. Where the name of a
 * server has `__` in it, only Claude can tell where it ends, in `server`.
 */
export function claudeToolName(name: string, server?: string): string {
  if (!name.startsWith('mcp__')) return name
  const rest = name.slice('mcp__'.length)
  const normal = server?.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
  const at = normal && rest.startsWith(`${normal}__`) ? normal.length : rest.indexOf('__')
  return at > 0 ? `${rest.slice(0, at)}:${rest.slice(at + 2)}` : name
}
