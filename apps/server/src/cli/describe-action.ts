import type { ActionRequest } from '@agentguard/protocol'
import { goQuote, printable } from '@agentguard/protocol/printable'

/** What a line about an action says of it: its command, host or path, or nothing. */
export function shortAction({ command, domain, path }: ActionRequest): string {
  return command || domain || path || ''
}

/**
 * Everything that is known of an action, a line for each member, with the further actions that it
 * amounts to. Nothing is left out or cut: somebody decides by it. Nothing in it can talk to a terminal.
 */
export function describeAction(action: ActionRequest): string[] {
  const { schema_version: _, meta = {}, actions = [], ...members } = action
  const lines = Object.entries(members).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}: ${show(value)}`]
  )
  for (const [key, value] of Object.entries(meta))
    lines.push(`meta ${goQuote(key)}: ${show(value)}`)
  for (const [index, further] of actions.entries()) {
    lines.push(`further action ${index + 1}:`)
    lines.push(...describeAction(further).map((line) => `  ${line}`))
  }
  return lines
}

function show(value: unknown): string {
  return typeof value === 'string' ? goQuote(value) : printable(JSON.stringify(value))
}
