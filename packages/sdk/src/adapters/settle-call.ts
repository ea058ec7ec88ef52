import {
  type Allowed,
  type ApprovalNeeded,
  type Denied,
  type ToolCallInput,
  type ToolGate,
  valueArguments
} from '../tool-gate/index.ts'
import type { Answer } from './read-answer.ts'

/** What becomes of a call: it may run, once, with these arguments; or it may not. */
export type Settled<ARGS> =
  | { readonly ok: true; readonly args: ARGS }
  | { readonly ok: false; readonly verdict: Denied | ApprovalNeeded }

/** The approval that a call waits for. */
export type Waited = Pick<ApprovalNeeded, 'approvalId' | 'approvalUrl' | 'reason'>

/**
 * The pause of a framework that runs a hook once more when it goes on: it throws what the framework pauses by, or
 * returns what was answered. `round` counts the questions about one call.
 */
export type AskPerson = (waited: Waited, call: ToolCallInput, round: number) => Answer

/** How often a person may edit one call. */
const maxEdits = 10

/**
 * The last word on a call. A `native` gate pauses where a person is needed; what the client of the framework answers then
 * can stop a call, or change it into another that is judged again, but allows nothing.
 */
export async function settleCall<ARGS>(
  gate: ToolGate,
  given: ToolCallInput & { readonly arguments: ARGS },
  ask: AskPerson
): Promise<Settled<ARGS>> {
  let call = given
  for (let round = 0; gate.approval === 'native' && round <= maxEdits; round++) {
    const verdict = await gate.decide(judged(call))
    if (verdict.kind === 'deny') return { ok: false, verdict }
    const waited = waitedFor(verdict)
    if (!waited) break
    const next = follow(call, ask(waited, call, round))
    if (next && 'kind' in next) return { ok: false, verdict: next }
    if (next) {
      call = next
      continue
    }
    const now = await gate.resume(judged(call), waited.approvalId)
    if (now.kind !== 'allow') return { ok: false, verdict: now }
    break
  }
  const verdict = await gate.enforce(judged(call))
  if (verdict.kind !== 'allow') return { ok: false, verdict }
  return { ok: true, args: call.arguments }
}

/** The call as it is judged: its arguments are a value, which the tool gets. */
function judged(call: ToolCallInput): ToolCallInput {
  return { ...call, arguments: valueArguments(call.arguments) }
}

/**
 * The approval that a call waits for, or waited for: a framework that goes on asks everything again, and the answer of its
 * client has to be read also where the server knows a yes by then.
 */
function waitedFor(verdict: Allowed | ApprovalNeeded): Waited | undefined {
  if (verdict.kind === 'approval') return verdict
  const { matched_rule: rule, approval_id: approvalId = '', reason } = verdict.result
  if (rule !== 'allow:approved') return undefined
  return { approvalId, approvalUrl: '', reason }
}

/** The call that an answer makes of a call: undefined for the same one. */
function follow<CALL extends ToolCallInput>(call: CALL, answer: Answer): CALL | Denied | undefined {
  if (answer.type === 'approve') return undefined
  if (answer.type === 'reject') return rejected(answer.message ?? 'it was rejected by the user')
  if (answer.name !== call.name) return rejected('an edit cannot name another tool')
  return { ...call, arguments: answer.args }
}

function rejected(reason: string): Denied {
  const result = { decision: 'DENY' as const, reason, matched_rule: 'deny:sdk:person' }
  return { kind: 'deny', cause: 'person', reason, result }
}
