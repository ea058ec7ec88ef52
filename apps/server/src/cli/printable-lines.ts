import { printable } from '@agentguard/protocol/printable'

/** A text of several lines, each of them printable. */
export function printableLines(text: string): string[] {
  return text.trimEnd().split('\n').map(printable)
}
