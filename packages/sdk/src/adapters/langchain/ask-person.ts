import { interrupt } from '@langchain/langgraph'
import type { ApprovalNeeded } from '../../tool-gate/index.ts'

/** What a graph is interrupted with. It is a request of LangChain's human-in-the-loop middleware, with more in it. */
export interface ApprovalInterrupt {
  readonly type: 'agentguard.approval'
  /** The approval at the server, and where a person answers; empty if that is not known. */
  readonly approvalId: string
  readonly approvalUrl: string
  readonly toolCall: { readonly id?: string; readonly name: string; readonly args: unknown }
  readonly actionRequests: readonly [
    { readonly name: string; readonly args: unknown; readonly description: string }
  ]
  readonly reviewConfigs: readonly [
    { readonly actionName: string; readonly allowedDecisions: readonly string[] }
  ]
}

/** What was answered: never more than a wish. */
export type Answer =
  | { readonly type: 'approve' }
  | { readonly type: 'reject'; readonly message?: string }
  | { readonly type: 'edit'; readonly name: unknown; readonly args: unknown }

/** Interrupts the graph. When it goes on, this is called again, and resolves to what its client has answered. */
export function askPerson(
  verdict: Pick<ApprovalNeeded, 'approvalId' | 'approvalUrl' | 'reason'>,
  toolCall: ApprovalInterrupt['toolCall']
): Answer {
  const { approvalId, approvalUrl, reason } = verdict
  const { name, args } = toolCall
  const asked: ApprovalInterrupt = {
    type: 'agentguard.approval',
    approvalId,
    approvalUrl,
    toolCall,
    actionRequests: [{ name, args, description: reason }],
    reviewConfigs: [{ actionName: name, allowedDecisions: ['approve', 'edit', 'reject'] }]
  }
  return readAnswer(interrupt<ApprovalInterrupt, unknown>(asked))
}

/** `true`, `{ approved: true }`, or one decision of LangChain's human-in-the-loop response; all else is a no. */
function readAnswer(given: unknown): Answer {
  if (given === true) return { type: 'approve' }
  if (typeof given !== 'object' || given === null) return { type: 'reject' }
  if ('approved' in given && given.approved === true) return { type: 'approve' }
  if (!('decisions' in given) || !Array.isArray(given.decisions)) return { type: 'reject' }
  const [decision, ...more] = given.decisions as readonly unknown[]
  if (typeof decision !== 'object' || decision === null || more.length > 0)
    return { type: 'reject' }
  return readDecision(decision as Readonly<Record<string, unknown>>)
}

function readDecision({ type, editedAction, message }: Readonly<Record<string, unknown>>): Answer {
  if (type === 'approve') return { type }
  if (type !== 'edit' || typeof editedAction !== 'object' || editedAction === null) {
    return { type: 'reject', ...(typeof message === 'string' && { message }) }
  }
  const { name, args } = editedAction as { readonly name?: unknown; readonly args?: unknown }
  return { type: 'edit', name, args }
}
