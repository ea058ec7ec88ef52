// What shows nothing, moves the cursor, ends a line or turns the direction: all but graphic characters.
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu
const needsQuoting = /["\\]/g

const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v'
}

/**
 * A text on one line, in the escapes of Go, that cannot forge a second line or talk to a terminal.
 *
 * Printable characters of any script stay as they are; a lone surrogate shows as U+FFFD.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(unprintable, escapeCharacter)
}

/** Quotes a text the way Go's `%q` does, which is how messages show a text that somebody wrote. */
export function goQuote(text: string): string {
  return `"${printable(text.replace(needsQuoting, '\\$&'))}"`
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return named[character] ?? `\\x${hex(code, 2)}`
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
