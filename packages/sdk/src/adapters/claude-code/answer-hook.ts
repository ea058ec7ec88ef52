import { denyText, type ToolGate, type ToolVerdict } from '../../tool-gate/index.ts'
import { type ClaudeToolUse, claudeToolCall } from '../claude-agent/claude-tool-call.ts'
import { hookDecision, isPrompted } from '../claude-agent/hook-decision.ts'

/** What a hook command writes, and how it exits. Claude Code blocks a call for 2, and for no other code but 0. */
export interface HookAnswer {
  readonly exitCode: 0 | 2
  readonly stdout: string
  readonly stderr: string
}

/** How calls are answered that run or wait. */
export interface AnswerHookOptions {
  /** Whether calls that are allowed still meet Claude's own permission rules and prompts. @defaultValue false */
  readonly keepPrompts?: boolean | undefined
  /** Gives the waiting up: the call is then denied. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Answers the JSON that Claude Code gives to a `PreToolUse` hook. Never rejects: what cannot be read or judged is a
 * denial, said both ways that there are.
 *
 * A `native` gate hands what needs a person to the prompt of Claude Code. Whoever sits there then decides, and the
 * server does not learn how. In permission modes that may not prompt, the call is denied.
 */
export async function answerHook(
  gate: ToolGate,
  text: string,
  { keepPrompts = false, signal }: AnswerHookOptions = {}
): Promise<HookAnswer> {
  try {
    const said = readToolUse(text)
    const call = claudeToolCall(said, signal)
    const verdict = await gate.decide(call)
    if (verdict.kind !== 'allow') return answerOf(verdict, said.permission_mode)
    const last = await gate.enforce(call)
    // Without a decision of its own, a hook leaves the call to the rules and prompts of Claude Code.
    return last.kind === 'allow' && keepPrompts ? written({}) : answerOf(last)
  } catch (error) {
    return hookFailure(error instanceof Error ? error.message : String(error))
  }
}

/** The answer of a hook that could not ask: a denial that counts, whichever way it is read. */
export function hookFailure(why: string): HookAnswer {
  const reason = `[AgentGuard] Action denied: the hook failed: ${why}`
  return { ...written(hookDecision('deny', reason)), exitCode: 2, stderr: `${reason}\n` }
}

function answerOf(verdict: ToolVerdict, permissionMode?: unknown): HookAnswer {
  if (verdict.kind === 'deny') return written(hookDecision('deny', denyText(verdict)))
  if (verdict.kind === 'allow') return written(hookDecision('allow', verdict.result.reason))
  if (!isPrompted(permissionMode)) return written(hookDecision('deny', denyText(verdict)))
  // Only the person at the prompt reads this.
  const where = verdict.approvalUrl && ` ${verdict.approvalUrl}`
  return written(hookDecision('ask', `${denyText(verdict)}${where}`))
}

function written(output: object): HookAnswer {
  return { exitCode: 0, stdout: `${JSON.stringify(output)}\n`, stderr: '' }
}

/** Reads what Claude Code says of a call. Throws a `TypeError` for anything else. */
function readToolUse(text: string): ClaudeToolUse & { readonly permission_mode: unknown } {
  const said = parsed(text)
  const { hook_event_name: event, tool_name: name, tool_use_id: id } = said
  if (event !== 'PreToolUse') throw new TypeError('the event is not PreToolUse')
  if (typeof name !== 'string' || name === '') throw new TypeError('the tool has no name')
  if (said['tool_input'] === undefined) throw new TypeError('the tool has no input')
  const server = said['mcp_server'] as { readonly name?: unknown } | null | undefined
  return {
    tool_name: name,
    tool_input: said['tool_input'],
    // An id of another kind is none: the call is then asked about for itself.
    tool_use_id: textOf(id),
    session_id: textOf(said['session_id']),
    cwd: textOf(said['cwd']),
    agent_type: textOf(said['agent_type']),
    permission_mode: said['permission_mode'],
    ...(typeof server?.name === 'string' && { mcp_server: { name: server.name } })
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    // The message of the parser would quote the input.
    throw new TypeError('the input is no JSON')
  }
  if (typeof said !== 'object' || said === null) throw new TypeError('the input is no object')
  return { ...said }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
