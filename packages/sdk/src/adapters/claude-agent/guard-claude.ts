import type {
  CanUseTool,
  HookCallbackMatcher,
  HookEvent,
  Options
} from '@anthropic-ai/claude-agent-sdk'
import type { ToolGate } from '../../tool-gate/index.ts'
import { createCallBook } from './call-book.ts'
import { guardedCanUseTool } from './can-use-tool.ts'
import { judgedHook } from './judged-hook.ts'
import { preToolUse } from './pre-tool-use.ts'

/** How Claude is guarded. */
export interface GuardClaudeOptions {
  /**
   * Whether calls that AgentGuard allows still meet Claude's own prompts and permission modes. If not, they run unless
   * a deny or ask rule of Claude's says otherwise. @defaultValue false
   */
  readonly keepPrompts?: boolean | undefined
}

/** How long the hook may take, in seconds. The gate has limits of its own, and a hook that is late stops nothing. */
const hookTimeout = 2_000_000

/**
 * The options of a `query` with AgentGuard in front of all of Claude's tools, those of subagents and MCP servers among
 * them. Hooks and `canUseTool` of the options stay, and what they change in a call is judged again.
 *
 * With a `native` gate, a call that needs a person's yes becomes a permission prompt of Claude's: `canUseTool` is
 * called with the id of the approval in `decisionReason`, and its yes counts once the server has one, too. Without a
 * `canUseTool` the query is interrupted; resume the session once there is an answer. In permission modes that may not
 * prompt (`auto`, `acceptEdits`, `bypassPermissions`, `dontAsk`) such a call is denied, and can be made again after a yes.
 *
 * Throws a `TypeError` for options with a `permissionPromptToolName`, whose answers pass by every hook.
 */
export function guardClaude(
  gate: ToolGate,
  options: Options = {},
  { keepPrompts = false }: GuardClaudeOptions = {}
): Options {
  if (options.permissionPromptToolName) {
    throw new TypeError('guardClaude: what a permission prompt tool allows cannot be verified')
  }
  const book = createCallBook(gate)
  const own: HookCallbackMatcher = {
    hooks: [preToolUse(book, keepPrompts)],
    timeout: hookTimeout,
    onFailure: 'block'
  }
  const judged = (event: HookEvent): HookCallbackMatcher[] =>
    (options.hooks?.[event] ?? []).map((matcher) => ({
      ...matcher,
      hooks: matcher.hooks.map((hook) => judgedHook(book, hook))
    }))
  const canUseTool = options.canUseTool ?? (gate.approval === 'native' ? undefined : null)
  return {
    ...options,
    hooks: {
      ...options.hooks,
      PreToolUse: [own, ...judged('PreToolUse')],
      ...(options.hooks?.PermissionRequest && { PermissionRequest: judged('PermissionRequest') })
    },
    ...(canUseTool !== null && {
      canUseTool: guardedCanUseTool(book, canUseTool) satisfies CanUseTool
    })
  }
}
