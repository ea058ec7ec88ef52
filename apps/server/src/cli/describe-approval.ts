import { goQuote, printable } from '@agentguard/protocol/printable'
import type { PendingApproval } from '../client/list-pending.ts'
import { describeAction, shortAction } from './describe-action.ts'

/** A request for approval on one line, in the words that scripts look for. */
export function approvalLine({ id, request }: PendingApproval): string {
  const { scope, agent_id: agent = '' } = request
  return `  [${printable(id)}] scope=${printable(scope)} action=${goQuote(shortAction(request))} agent=${printable(agent)}`
}

/** Everything that a person should know before they answer. */
export function approvalDetails(approval: PendingApproval, now: number): string[] {
  const { request, result, created_at, expires_at, requested_by, quorum, votes, approvers, alike } =
    approval
  const { matched_rule: rule, rule_source: source } = result
  const where = source ? ` (${source.file ?? 'policy'}:${source.line})` : ''
  return [
    ...describeAction(request),
    `rule: ${printable(`${rule ?? 'none'}${where}`)}`,
    `reason: ${printable(result.reason)}`,
    ...(requested_by === undefined ? [] : [`asked by: ${printable(requested_by)}`]),
    `waits: ${formatSpan(now - Date.parse(created_at))}`,
    ...(expires_at === undefined
      ? []
      : [`expires in: ${formatSpan(Date.parse(expires_at) - now)}`]),
    ...(approvers === undefined ? [] : [`who may answer: ${printable(approvers.join(', '))}`]),
    ...(alike.length < 2 ? [] : [`asked ${alike.length} times, all answered together`]),
    ...(quorum === undefined ? [] : [`votes: ${votes?.length ?? 0} of ${quorum}`])
  ]
}

/** A stretch of time, roughly. */
function formatSpan(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown'
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`
}
