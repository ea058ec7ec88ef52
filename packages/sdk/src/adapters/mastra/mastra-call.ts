import type { ToolHookContext } from '@mastra/core/tools'
import {
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

/** The parts of what Mastra gives to tools that are used here. */
export interface CallContext {
  readonly toolCallId?: string
  readonly abortSignal?: AbortSignal
  readonly suspend?: (payload: MastraApproval, options: object) => Promise<unknown>
}

/** What Mastra gives to the tool of a call. */
export function contextOf({ context }: ToolHookContext): CallContext {
  return (context ?? {}) as CallContext
}

/**
 * The verdict on a call that is about to run. With a `native` gate each time that the call comes here the server is
 * asked, for nothing of a pause tells it from the first time, and nothing of it would be believed.
 */
export async function verdictOn(
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
