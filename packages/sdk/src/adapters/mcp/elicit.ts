import type { ApprovalNeeded } from '../../tool-gate/index.ts'
import type { RequestExtra } from './call-context.ts'

/** The server below an `McpServer`, of either line. */
export interface ElicitingServer {
  getClientCapabilities(): object | undefined
  elicitInput?(params: ElicitForm, options?: object): Promise<{ readonly action: string }>
}

interface ElicitForm {
  readonly mode: 'form'
  readonly message: string
  readonly requestedSchema: {
    readonly type: 'object'
    readonly properties: Record<string, never>
  }
}

/** A result that makes a client of version 2 ask its user, and then call again. */
export interface InputRequired {
  readonly resultType: 'input_required'
  readonly inputRequests: Readonly<
    Record<string, { readonly method: 'elicitation/create'; readonly params: ElicitForm }>
  >
}

const key = 'agentguard'
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

/** What the user of a client of version 2 has answered, if this is a call after that: never more than a wish. */
export function answerIn(extra: RequestExtra): 'accept' | 'decline' | undefined {
  const answers = extra.mcpReq?.inputResponses
  if (!answers || !Object.hasOwn(answers, key)) return undefined
  const { action } = (answers[key] ?? {}) as { readonly action?: unknown }
  return action === 'accept' ? 'accept' : 'decline'
}

/** Whether the client can ask its user. */
export function canElicit(server: ElicitingServer, { mcpReq }: RequestExtra): boolean {
  const envelope = (mcpReq?.envelope ?? {}) as Readonly<Record<string, object | undefined>>
  const capabilities = envelope[capabilitiesKey] ?? server.getClientCapabilities()
  const { elicitation } = (capabilities ?? {}) as { readonly elicitation?: object }
  if (!elicitation) return false
  // Clients that know only forms say so with an empty object.
  return 'form' in elicitation || Object.keys(elicitation).length === 0
}

/** Asks the user of a client of version 1, while the call goes on. */
export async function elicit(
  server: ElicitingServer,
  verdict: ApprovalNeeded,
  extra: RequestExtra
): Promise<'accept' | 'decline'> {
  const { signal, requestId } = extra
  const options = { signal, relatedRequestId: requestId, timeout: elicitTimeoutMs }
  const answer = await server.elicitInput?.(formOf(verdict), options)
  return answer?.action === 'accept' ? 'accept' : 'decline'
}

/** How long a user may take. */
const elicitTimeoutMs = 300_000

/** What a server of version 2 answers instead of a result. */
export function inputRequired(verdict: ApprovalNeeded): InputRequired {
  const params = formOf(verdict)
  return {
    resultType: 'input_required',
    inputRequests: { [key]: { method: 'elicitation/create', params } }
  }
}

function formOf({ approvalId, approvalUrl, reason }: ApprovalNeeded): ElicitForm {
  const place = approvalUrl && `, ${approvalUrl}`
  return {
    mode: 'form',
    message: `${reason} (approval ${approvalId}${place}). Go on when it is approved?`,
    requestedSchema: { type: 'object', properties: {} }
  }
}
