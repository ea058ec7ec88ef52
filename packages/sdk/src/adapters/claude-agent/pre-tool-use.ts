import type { HookCallback, HookJSONOutput } from '@anthropic-ai/claude-agent-sdk'
import { denyText, type ToolVerdict } from '../../tool-gate/index.ts'
import type { CallBook } from './call-book.ts'
import { claudeToolCall } from './claude-tool-call.ts'
import { hookDecision, isPrompted } from './hook-decision.ts'

/** The hook that asks AgentGuard before each tool. */
export function preToolUse(book: CallBook, keepPrompts: boolean): HookCallback {
  return async (input, _, { signal }) => {
    if (input.hook_event_name !== 'PreToolUse') return {}
    try {
      const verdict = await book.judge(claudeToolCall(input, signal))
      return answerOf(verdict, { keepPrompts, mode: input.permission_mode })
    } catch (error) {
      // What a hook throws does not stop Claude, unless it is told so; this does not rely on that.
      return denial(`[AgentGuard] Action denied: the hook failed: ${String(error)}`)
    }
  }
}

interface Prompts {
  readonly keepPrompts: boolean
  readonly mode: string | undefined
}

function answerOf(verdict: ToolVerdict, { keepPrompts, mode }: Prompts): HookJSONOutput {
  if (verdict.kind === 'deny') return denial(denyText(verdict))
  if (verdict.kind === 'approval') {
    return hookDecision(isPrompted(mode) ? 'ask' : 'deny', denyText(verdict))
  }
  return keepPrompts ? {} : hookDecision('allow', verdict.result.reason)
}

/** Stops a call, with words for the model. */
export function denial(reason: string): HookJSONOutput {
  return hookDecision('deny', reason)
}
