import type { AuditEntry } from '@agentguard/protocol'
import { goQuote, printable } from '@agentguard/protocol/printable'
import { describeAction } from './describe-action.ts'

/** Everything that an entry says of a verdict and of the action that it was about. */
export function describeDecision(entry: AuditEntry): string[] {
  const { result, effect, request, timestamp, agent_id, session_id, caller, transport } = entry
  const { decision, matched_rule: rule, rule_source: source, reason } = result
  const members: readonly (readonly [name: string, text: string | undefined])[] = [
    ['decision', decision],
    ['rule', rule ?? 'none: what no rule allows is denied'],
    ['where', source && `${source.file ?? 'policy'}:${source.line}`],
    ['reason', reason],
    ['effect', effect && `${effect.scope} ${effect.verb ?? ''} ${goQuote(effect.text)}`],
    ['policy', entry.policy_digest ?? result.policy_digest],
    ['approval', result.approval_id],
    ['at', timestamp],
    ['tenant', entry.tenant_id],
    ['agent', agent_id],
    ['session', session_id],
    ['caller', caller],
    ['transport', transport],
    ['request id', entry.request_id],
    ['trace id', entry.trace_id]
  ]
  const known = members.flatMap(([name, text]) =>
    text === undefined || text === '' ? [] : [`${name}: ${printable(text)}`]
  )
  return [...known, 'action:', ...describeAction(request).map((line) => `  ${line}`)]
}
