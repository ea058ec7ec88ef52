import type { ToolBeforeHookResult, ToolHooks } from '@mastra/core/tools'
import { type ApprovalNeeded, denyText, type ToolGate } from '../../tool-gate/index.ts'
import {
  type CallContext,
  contextOf,
  type MastraApproval,
  type MastraCallOptions,
  verdictOn
} from './mastra-call.ts'
import { passedCalls } from './passed-calls.ts'

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
      if (verdict.kind === 'allow') {
        passedCalls(gate).add({ toolName: context.toolName, callId: contextOf(context).toolCallId })
        return undefined
      }
      if (verdict.kind === 'deny') return refused(denyText(verdict))
      return await paused(contextOf(context), verdict, options)
    }
  }
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
