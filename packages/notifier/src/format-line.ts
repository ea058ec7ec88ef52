import { goQuote, printable } from '@agentguard/protocol/printable'
import type { Delivery } from './notification.ts'

/** What an action is about, in one text. */
export function subjectOf({ request }: Delivery): string {
  return request.command || request.path || request.domain || ''
}

/** The lines that the console shows. Nothing in an action adds a line or commands the terminal. */
export function formatConsole(delivery: Delivery): string {
  const { request, result, approval_url } = delivery
  const agent = quoteUnlessWord(request.agent_id ?? '')
  const line =
    `[AgentGuard] ${result.decision} | scope=${quoteUnlessWord(request.scope)} ` +
    `action=${goQuote(subjectOf(delivery))} agent=${agent} | ` +
    `${printable(result.reason)}${formatCount(delivery)}\n`
  return approval_url ? `${line}  → Approve: ${printable(approval_url)}\n` : line
}

/** The line that goes to the log, without a time of its own. */
export function formatLog(delivery: Delivery, level: string): string {
  const { request, result } = delivery
  const agent = quoteUnlessWord(request.agent_id ?? '')
  return (
    `[${printable(level)}] ${result.decision} scope=${quoteUnlessWord(request.scope)} ` +
    `action=${goQuote(subjectOf(delivery))} agent=${agent} reason=${goQuote(result.reason)}` +
    `${formatCount(delivery)}\n`
  )
}

/** What else the message stands for, in words; nothing for a single notification. */
export function formatCount({ count, since, digest }: Delivery): string {
  if (digest) {
    const parts = Object.entries(digest).map(([type, number]) => `${number} ${type}`)
    return ` (and others since ${since}: ${parts.join(', ')})`
  }
  return count === undefined ? '' : ` (${count} times since ${since})`
}

/** A word as it is; anything that could be taken for more than one word, quoted. */
function quoteUnlessWord(text: string): string {
  return /^[\w.@:/+-]*$/.test(text) ? text : goQuote(text)
}
