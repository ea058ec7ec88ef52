import { createToolGate, type ToolGate, type ToolGateOptions } from '../../tool-gate/index.ts'
import { claudeAction, claudeToolScope } from './claude-action.ts'

/**
 * Creates a gate that knows Claude Code's own tools: `Bash` is `shell`, `Read`, `Write`, `Edit`, `Glob`, `Grep` and
 * notebooks are `filesystem`, `WebFetch` and `WebSearch` are `network`, and `Agent` is `agent`. `toolScope` of the
 * options goes first, and `describe` has the last word.
 */
export function createClaudeGate(
  guard: Parameters<typeof createToolGate>[0],
  options: ToolGateOptions = {}
): ToolGate {
  const { toolScope: given, describe, framework = 'claude-agent' } = options
  const own = (tool: string): string | undefined => {
    if (typeof given === 'function') return given(tool)
    return given && Object.hasOwn(given, tool) ? given[tool] : undefined
  }
  return createToolGate(guard, {
    ...options,
    framework,
    toolScope: (tool) => own(tool) ?? claudeToolScope(tool),
    describe(action, call) {
      const described = claudeAction(action, call)
      return describe ? describe(described, call) : described
    }
  })
}
