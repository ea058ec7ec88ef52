import type { ToolBeforeHookResult, ToolHookContext, ToolHooks } from '@mastra/core/tools'
import {
  type ApprovalNeeded,
  denyText,
  type ToolCallInput,
  type ToolGate,
  type ToolVerdict,
  valueArguments
} from '../../tool-gate/index.ts'

/** What waits for a person, as a tool that is suspended says it. */
export interface MastraApproval {
  readonly approvalId: string
  /** Where a person answers; empty if that is not known. */
  readonly approvalUrl: string
  readonly reason: string
}

/** What is said of every call, beside what Mastra knows of it. */
export interface MastraCallOptions extends Pick<ToolCallInput, 'agentId' | 'meta'> {
  /** The user's session. It MUST outlive a pause, since approvals are bound to it. */
  readonly sessionId?: string | ((context: ToolHookContext) => string | undefined) | undefined
  /** Is told of every call for which a run is suspended. */
  readonly onApproval?: ((approval: MastraApproval) => void) | undefined
}

/**
 * Hooks that ask before each tool of an agent, sub-agents and workflows among them. The hook is the enforcing gate, in
 * every mode: it is the last thing before the tool, also after a pause. Hooks of the run take the place of those of the
 * agent, so that they have to come through here, too.
 *
 * With a `native` gate, a run is suspended for a call that needs a person's yes, as for tools with `requireApproval`:
 * `approveToolCall` goes on, and the tool runs if the server has a yes, too. If it has none, the run is suspended again.
 * Mastra can only go on with such runs if their calls come one after the other: `toolCallConcurrency: 1`.
 */
export function mastraHooks(
  gate: ToolGate,
  hooks: ToolHooks = {},
  options: MastraCallOptions = {}
): ToolHooks {
  return {
    ...hooks,
    async beforeToolCall(context) {
      // What hooks make of the input is judged, since they share the object.
      const said = await hooks.beforeToolCall?.(context)
      if (said?.proceed === false) return said
      const verdict = await verdictOn(gate, context, options)
      if (verdict.kind === 'allow') return undefined
      if (verdict.kind === 'deny') return refused(denyText(verdict))
      return await paused(contextOf(context), verdict, options)
    }
  }
}

/** The parts of what Mastra gives to tools that are used here. */
interface CallContext {
  readonly toolCallId?: string
  readonly abortSignal?: AbortSignal
  readonly suspend?: (payload: MastraApproval, options: object) => Promise<unknown>
}

function contextOf({ context }: ToolHookContext): CallContext {
  return (context ?? {}) as CallContext
}

/**
 * The verdict on a call that is about to run. With a `native` gate each time that the call comes here the server is
 * asked, for nothing of a pause tells it from the first time, and nothing of it would be believed.
 */
async function verdictOn(
  gate: ToolGate,
  hook: ToolHookContext,
  { sessionId, agentId, meta }: MastraCallOptions
): Promise<ToolVerdict> {
  const { toolCallId: callId, abortSignal: signal } = contextOf(hook)
  const agent = hook.metadata?.['agentId']
  const call: ToolCallInput = {
    name: hook.toolName,
    arguments: valueArguments(hook.input),
    callId,
    signal,
    agentId,
    sessionId: typeof sessionId === 'function' ? sessionId(hook) : sessionId,
    meta: {
      framework: 'mastra',
      ...(typeof agent === 'string' && { mastra_agent: agent }),
      ...meta
    }
  }
  gate.coverage.covers(call.name)
  if (gate.approval === 'native') {
    const verdict = await gate.resume(call)
    if (verdict.kind !== 'allow') return verdict
  }
  return await gate.enforce(call)
}

/** Suspends the run as Mastra does for tools with `requireApproval`. What its own control flow throws has to pass. */
async function paused(
  { suspend }: CallContext,
  verdict: ApprovalNeeded,
  { onApproval }: MastraCallOptions
): Promise<ToolBeforeHookResult> {
  const { approvalId, approvalUrl, reason } = verdict
  const approval: MastraApproval = { approvalId, approvalUrl, reason }
  onApproval?.(approval)
  await suspend?.(approval, { requireToolApproval: true })
  return refused(denyText(verdict))
}

function refused(output: string): ToolBeforeHookResult {
  return { proceed: false, output }
}
