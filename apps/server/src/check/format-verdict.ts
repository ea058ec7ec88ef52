import { formatDollars } from '@agentguard/policy'
import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import { goQuote, printable } from '@agentguard/protocol/printable'

/** An action and its verdict on one line: the decision, a tab, and what is known. */
export function formatVerdict(action: ActionRequest, verdict: CheckResult): string {
  const plain = (name: string, text = ''): string[] =>
    text === '' ? [] : [`${name}=${printable(text)}`]
  const quoted = (name: string, text = ''): string[] =>
    text === '' ? [] : [`${name}=${goQuote(text)}`]
  const fields = [
    `scope=${printable(action.scope)}`,
    ...quoted('command', action.command),
    ...plain('action', action.action),
    ...quoted('path', action.path),
    ...plain('domain', action.domain),
    ...quoted('url', action.url),
    ...(action.est_cost ? [`est_cost=${formatDollars(action.est_cost)}`] : []),
    ...quoted('rule', verdict.matched_rule),
    ...quoted('reason', verdict.reason),
    ...plain('approval_id', verdict.approval_id)
  ]
  return `${verdict.decision}\t${fields.join(' ')}\n`
}
