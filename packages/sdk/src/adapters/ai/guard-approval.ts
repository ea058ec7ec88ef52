import type { ModelMessage, Tool, ToolApprovalStatus, ToolSet } from 'ai'
import {
  type ApprovalNeeded,
  denyText,
  type ToolCallInput,
  type ToolGate,
  type ToolVerdict
} from '../../tool-gate/index.ts'
import { type CallContext, isGuarded, toolCall } from './guard-tools.ts'

/** What the AI SDK asks about, as far as it is looked at. */
export interface ApprovalQuestion {
  readonly toolCall: {
    readonly toolName: string
    readonly toolCallId: string
    readonly input: unknown
  }
  readonly tools: ToolSet | undefined
  readonly toolsContext: unknown
  readonly messages: ModelMessage[]
}

/**
 * A `toolApproval` for `generateText`, `streamText` and agents: the AI SDK's own pause. Calls that need a person's yes
 * become approval requests, with the place to answer in their `reason`, which the model does not see; when the
 * conversation goes on, the server is asked whether that yes is there, whatever the client says.
 *
 * A gate that waits leaves tools of `guardTools` to these, which know when to give up. `context` MUST be that of
 * `guardTools`. Where a tool has `needsApproval`, that is asked, too.
 */
export function guardApproval(
  gate: ToolGate,
  context: CallContext = {}
): (asked: ApprovalQuestion) => Promise<ToolApprovalStatus> {
  return async (asked) => {
    try {
      return await approvalOf(gate, context, asked)
    } catch {
      // What throws here would end the whole run, parallel calls included.
      return { type: 'denied', reason: '[AgentGuard] Action denied: the call cannot be read' }
    }
  }
}

async function approvalOf(
  gate: ToolGate,
  context: CallContext,
  asked: ApprovalQuestion
): Promise<ToolApprovalStatus> {
  const { toolName, toolCallId, input } = asked.toolCall
  const tool =
    asked.tools && Object.hasOwn(asked.tools, toolName) ? asked.tools[toolName] : undefined
  const isLast = !isGuarded(tool as Tool)
  if (gate.approval === 'wait' && !isLast) return await ownApproval(tool as Tool, asked)
  const call = toolCall(toolName, input, toolCallId, context)
  const resumed = hasCall(asked.messages, toolCallId)
  const verdict = await judge(gate, call, { resumed, isLast })
  if (verdict.kind === 'allow') return await ownApproval(tool as Tool, asked)
  // An answer of `user-approval` would now make the client's word count.
  if (verdict.kind === 'deny' || resumed) return { type: 'denied', reason: denyText(verdict) }
  return { type: 'user-approval', reason: approvalText(verdict) }
}

/** Whether the call was made in an earlier step, so that this is about going on. */
function hasCall(messages: readonly ModelMessage[], toolCallId: string): boolean {
  return messages.some(
    ({ role, content }) =>
      role === 'assistant' &&
      typeof content !== 'string' &&
      content.some((part) => part.type === 'tool-call' && part.toolCallId === toolCallId)
  )
}

async function judge(
  gate: ToolGate,
  call: ToolCallInput,
  { resumed, isLast }: { readonly resumed: boolean; readonly isLast: boolean }
): Promise<ToolVerdict> {
  const verdict = await (resumed ? gate.resume(call) : gate.decide(call))
  // Nothing asks after this where the tool itself is not guarded.
  return verdict.kind === 'allow' && isLast ? await gate.enforce(call) : verdict
}

/** What the tool's author says, which a `toolApproval` would otherwise silence. */
async function ownApproval(
  tool: Tool | undefined,
  asked: ApprovalQuestion
): Promise<ToolApprovalStatus> {
  const needs = tool?.needsApproval
  if (needs === undefined) return 'not-applicable'
  const { toolName, toolCallId, input } = asked.toolCall
  const { messages } = asked
  const contexts = (asked.toolsContext ?? {}) as Readonly<Record<string, unknown>>
  const context = Object.hasOwn(contexts, toolName) ? contexts[toolName] : undefined
  const yes =
    typeof needs === 'function' ? await needs(input, { toolCallId, messages, context }) : needs
  return yes ? 'user-approval' : 'not-applicable'
}

function approvalText({ approvalId, approvalUrl, reason }: ApprovalNeeded): string {
  return `${reason} (approval ${approvalId}${approvalUrl && `, ${approvalUrl}`})`
}
