import { interrupt } from '@langchain/langgraph'
import type { ToolCallInput } from '../../tool-gate/index.ts'
import { type Answer, readAnswer } from '../read-answer.ts'
import type { Waited } from '../settle-call.ts'
import { toolArguments } from './tool-arguments.ts'

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

/** Interrupts the graph. When it goes on, this is called again, and resolves to what its client has answered. */
export function askPerson(
  { approvalId, approvalUrl, reason }: Waited,
  { callId, name, arguments: args }: ToolCallInput
): Answer {
  const asked: ApprovalInterrupt = {
    type: 'agentguard.approval',
    approvalId,
    approvalUrl,
    toolCall: { ...(callId !== undefined && { id: callId }), name, args },
    actionRequests: [{ name, args, description: reason }],
    reviewConfigs: [{ actionName: name, allowedDecisions: ['approve', 'edit', 'reject'] }]
  }
  const answer = readAnswer(interrupt<ApprovalInterrupt, unknown>(asked))
  return answer.type === 'edit' ? { ...answer, args: toolArguments(answer.args) } : answer
}
