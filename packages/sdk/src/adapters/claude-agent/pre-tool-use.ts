import type { HookCallback, HookJSONOutput } from '@anthropic-ai/claude-agent-sdk'
import { denyText, type ToolVerdict } from '../../tool-gate/index.ts'
import type { CallBook } from './call-book.ts'
import { claudeToolCall } from './claude-tool-call.ts'

/** The hook that asks AgentGuard before each tool. */
export function preToolUse(book: CallBook, keepPrompts: boolean): HookCallback {
  return async (input, _, { signal }) => {
    if (input.hook_event_name !== 'PreToolUse') return {}
    try {
      return answerOf(await book.judge(claudeToolCall(input, signal)), keepPrompts)
    } catch (error) {
      // What a hook throws does not stop Claude, unless it is told so; this does not rely on that.
      return denial(`[AgentGuard] Action denied: the hook failed: ${String(error)}`)
    }
  }
}

function answerOf(verdict: ToolVerdict, keepPrompts: boolean): HookJSONOutput {
  if (verdict.kind === 'deny') return denial(denyText(verdict))
  if (verdict.kind === 'approval') return decision('ask', denyText(verdict))
  return keepPrompts ? {} : decision('allow', verdict.result.reason)
}

/** Stops a call, with words for the model. */
export function denial(reason: string): HookJSONOutput {
  return decision('deny', reason)
}

function decision(permissionDecision: 'allow' | 'deny' | 'ask', reason: string): HookJSONOutput {
  const hookEventName = 'PreToolUse'
  const permissionDecisionReason = reason
  return { hookSpecificOutput: { hookEventName, permissionDecision, permissionDecisionReason } }
}
