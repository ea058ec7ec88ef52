import { denyText, type ToolCallInput, type ToolGate } from '../../tool-gate/index.ts'
import type { RequestExtra } from './call-context.ts'
import { answerIn, canElicit, type ElicitingServer, elicit, inputRequired } from './elicit.ts'

/** How MCP says that a tool has failed, in words for the model. */
interface ToolError {
  readonly isError: true
  readonly content: readonly [{ readonly type: 'text'; readonly text: string }]
}

function toolError(text: string): ToolError {
  return { isError: true, content: [{ type: 'text', text }] }
}

const declined = toolError('[AgentGuard] Action denied: the user did not want it')

/**
 * Runs a call if it may. Where a `native` gate needs a person's yes, and the client can ask its user, that happens:
 * what the user answers can stop the call and allows nothing. Where the client cannot, the model is told, and the same
 * call can be made again once there is a yes.
 */
export async function runCall(
  gate: ToolGate,
  call: () => ToolCallInput,
  execute: () => unknown,
  pause?: { readonly server: ElicitingServer; readonly extra: RequestExtra }
): Promise<unknown> {
  const answered = pause && answerIn(pause.extra)
  if (answered === 'decline') return declined
  const run = await attempt(gate, call, execute)
  if (run.ok) return run.value
  const { verdict } = run
  const open = verdict.kind === 'approval' && !answered && pause
  if (!open || !canElicit(open.server, open.extra)) return toolError(denyText(verdict))
  if (open.extra.mcpReq) return inputRequired(verdict)
  if ((await elicit(open.server, verdict, open.extra)) === 'decline') return declined
  const again = await attempt(gate, call, execute)
  return again.ok ? again.value : toolError(denyText(again.verdict))
}

async function attempt(gate: ToolGate, call: () => ToolCallInput, execute: () => unknown) {
  return await gate.run(call(), execute)
}
