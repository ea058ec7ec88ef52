import { printable } from './printable.ts'

/** A text in double quotes, escaped as Go's `%q` does: the form that scripts of the reference read. */
export function goQuote(text: string): string {
  return `"${printable(text.replace(/["\\]/g, '\\$&'))}"`
}
