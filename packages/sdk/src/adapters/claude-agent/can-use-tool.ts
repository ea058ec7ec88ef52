import type { CanUseTool, PermissionResult } from '@anthropic-ai/claude-agent-sdk'
import { denyText } from '../../tool-gate/index.ts'
import type { CallBook } from './call-book.ts'
import { claudeToolCall } from './claude-tool-call.ts'

type Asked = Parameters<CanUseTool>
type Yes = Extract<PermissionResult, { behavior: 'allow' }>

/** The prompt of Claude's whose yes counts only for what AgentGuard allows. Without a prompt nobody is asked. */
export function guardedCanUseTool(book: CallBook, prompt: CanUseTool | undefined): CanUseTool {
  async function answer(...asked: Asked): Promise<PermissionResult> {
    if (!prompt) return await withoutPrompt(book, asked)
    const said = await prompt(...asked)
    if (said?.behavior === 'allow') return await verified(book, asked, said)
    return said?.behavior === 'deny' ? said : refused('the prompt gave no answer')
  }
  return (...asked) =>
    answer(...asked).catch((error: unknown) => refused(`the prompt failed: ${String(error)}`))
}

/** What waits for a yes at the server ends the turn; prompts of Claude's own are answered with a no. */
async function withoutPrompt(book: CallBook, asked: Asked): Promise<PermissionResult> {
  if (book.get(asked[2].toolUseID)?.isAllowed !== false) return refused('nobody is there to ask')
  return await verified(book, asked, { behavior: 'allow' }, true)
}

async function verified(
  book: CallBook,
  [name, input, { signal, toolUseID, mcpServer }]: Asked,
  said: Yes,
  endsTurn = false
): Promise<PermissionResult> {
  const use = { tool_name: name, tool_use_id: toolUseID, mcp_server: mcpServer }
  const updatedInput = said.updatedInput ?? input
  const call = book.get(toolUseID)?.call ?? claudeToolCall({ ...use, tool_input: input })
  const verdict = await book.verify({ ...call, arguments: updatedInput, signal })
  if (verdict.kind === 'allow') return { ...said, updatedInput }
  const isWaiting = verdict.kind === 'deny' && verdict.cause === 'unapproved'
  return { behavior: 'deny', message: denyText(verdict), interrupt: endsTurn && isWaiting }
}

function refused(why: string): PermissionResult {
  return { behavior: 'deny', message: `[AgentGuard] Action denied: ${why}` }
}
