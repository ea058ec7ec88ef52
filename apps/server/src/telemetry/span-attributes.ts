import type { ActionRequest, CheckResult } from '@agentguard/protocol'

/** Attributes of a span. */
export type SpanAttributes = Record<string, string | number>

/** What may be said of an action. */
export interface AttributeOptions {
  /** Takes secrets out of a text of a tenant: agents choose names, too. */
  readonly redactText: (text: string, tenant: string) => string
  /** Says what was asked, without secrets. Only if the operator wants that. */
  readonly showAction?: ((action: ActionRequest, tenant: string) => ActionRequest) | undefined
}

const maxLength = 256
const maxArgumentsLength = 8192

/**
 * The name of the tool that an action uses: of a tool call its own, otherwise the kind of action. A command line
 * is no name.
 */
export function toolNameOf({ scope, command }: ActionRequest): string {
  return (scope === 'mcp_tool' && command) || scope || 'unknown'
}

/** What is known of an action before it is judged, as the GenAI conventions name it. */
export function actionAttributes(
  action: ActionRequest,
  tenant: string,
  { redactText, showAction }: AttributeOptions
): SpanAttributes {
  const { agent_id, session_id, scope, meta } = action
  const clean = (text: string | undefined): string | undefined =>
    text ? cut(redactText(text, tenant), maxLength) : undefined
  return defined({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': clean(toolNameOf(action)),
    'gen_ai.tool.call.id': clean(meta?.['tool_call_id']),
    'gen_ai.agent.id': clean(agent_id),
    'gen_ai.conversation.id': clean(session_id),
    'gen_ai.tool.call.arguments': showAction
      ? cut(JSON.stringify(showAction(action, tenant)), maxArgumentsLength)
      : undefined,
    'agentguard.tenant': tenant,
    'agentguard.scope': clean(scope),
    'agentguard.transport': clean(meta?.['transport'] || 'sdk')
  })
}

/** What is known of a verdict. Not its reason: that may repeat what was asked. */
export function verdictAttributes(
  { decision, matched_rule, approval_id, policy_digest }: CheckResult,
  by: string
): SpanAttributes {
  return defined({
    'agentguard.decision': decision,
    'agentguard.decided_by': by,
    'agentguard.rule': matched_rule && cut(matched_rule, maxLength),
    'agentguard.approval.id': approval_id,
    'agentguard.policy.digest': policy_digest
  })
}

function defined(attributes: Record<string, string | number | undefined>): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== undefined)
  ) as SpanAttributes
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`
}
