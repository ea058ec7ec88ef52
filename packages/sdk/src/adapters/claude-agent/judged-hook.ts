import type {
  HookCallback,
  HookInput,
  HookJSONOutput,
  PermissionRequestHookInput,
  PreToolUseHookInput
} from '@anthropic-ai/claude-agent-sdk'
import { denyText } from '../../tool-gate/index.ts'
import type { CallBook } from './call-book.ts'
import { claudeToolCall } from './claude-tool-call.ts'
import { denial } from './pre-tool-use.ts'

/** A hook of the user's: what it makes of the arguments, and what it allows, is judged before it runs. */
export function judgedHook(book: CallBook, hook: HookCallback): HookCallback {
  return async (input, id, options) => {
    const output = await hook(input, id, options)
    const asked = { output, id, signal: options.signal }
    if (input.hook_event_name === 'PreToolUse') return await judgedEdit(book, input, asked)
    return input.hook_event_name === 'PermissionRequest'
      ? await judgedPermission(book, input, asked)
      : output
  }
}

interface Answered {
  readonly output: HookJSONOutput
  readonly id: string | undefined
  readonly signal: AbortSignal
}

async function judgedEdit(
  book: CallBook,
  input: PreToolUseHookInput,
  { output, signal }: Answered
): Promise<HookJSONOutput> {
  const said = specific(output, 'PreToolUse')
  if (said?.updatedInput === undefined) return output
  const call = claudeToolCall({ ...input, tool_input: said.updatedInput }, signal)
  const verdict = await book.verify(call)
  return verdict.kind === 'allow' ? output : denial(denyText(verdict))
}

async function judgedPermission(
  book: CallBook,
  input: PermissionRequestHookInput,
  { output, id, signal }: Answered
): Promise<HookJSONOutput> {
  const said = specific(output, 'PermissionRequest')
  if (said?.decision.behavior !== 'allow') return output
  const known = book.get(id)?.call ?? claudeToolCall({ ...input, tool_use_id: id })
  const given = said.decision.updatedInput ?? input.tool_input
  const verdict = await book.verify({ ...known, arguments: given, signal })
  if (verdict.kind === 'allow') return output
  const decision = { behavior: 'deny', message: denyText(verdict) } as const
  return { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } }
}

type Specific = NonNullable<
  Extract<HookJSONOutput, { hookSpecificOutput?: unknown }>['hookSpecificOutput']
>

function specific<E extends HookInput['hook_event_name']>(
  output: HookJSONOutput,
  event: E
): Extract<Specific, { hookEventName: E }> | undefined {
  const said = 'hookSpecificOutput' in output ? output.hookSpecificOutput : undefined
  return said?.hookEventName === event
    ? (said as Extract<Specific, { hookEventName: E }>)
    : undefined
}
