import { printable } from '@agentguard/protocol/printable'

/**
 * A text in which nothing hides: what shows nothing, or turns the direction of the letters, is written as its
 * escape. Line breaks stay line breaks.
 */
export function visible(text: string): string {
  return text.split('\n').map(printable).join('\n')
}
