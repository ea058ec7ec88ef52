import type { LogLine } from '@agentguard/audit'
import type { AuditEntry, AuditMetaLine } from '@agentguard/protocol'
import { printable } from '@agentguard/protocol/printable'
import { shortAction } from './describe-action.ts'
import { decisionStyle, type Style } from './style.ts'

/** A line of the log as lines of text, in the columns that scripts know. */
export function describeLine(line: LogLine, style: Style): string[] {
  return '_meta' in line ? describeEvent(line, style) : describeEntry(line, style)
}

function describeEntry(entry: AuditEntry, style: Style): string[] {
  const { timestamp, request, result, transport, agent_id } = entry
  const decision = result.decision
  const columns = [
    printable(timestamp),
    decisionStyle(style, decision) + ' '.repeat(Math.max(0, 18 - decision.length)),
    `transport=${printable(transport || 'sdk').padEnd(12)}`,
    `scope=${printable(request.scope).padEnd(12)}`,
    `agent=${printable(agent_id).padEnd(15)}`,
    printable(shortAction(request))
  ]
  const reason = result.reason === '' ? [] : [`    reason: ${printable(result.reason)}`]
  return [`  ${columns.join('  ')}`, ...reason]
}

function describeEvent({ _meta }: AuditMetaLine, { bold }: Style): string[] {
  const { created_at, event = 'header', detail } = _meta
  const columns = [printable(created_at), bold(printable(event).padEnd(18))]
  if (detail !== undefined) columns.push(printable(JSON.stringify(detail)))
  return [`  ${columns.join('  ')}`.trimEnd()]
}
