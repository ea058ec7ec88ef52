const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v'
}

const needsEscape = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu

/**
 * Quotes a text the way Go's `%q` does, which is how every message of ours shows a text from a file.
 *
 * Printable characters of any script stay as they are; a lone surrogate shows as U+FFFD.
 */
export function goQuote(text: string): string {
  return `"${text.toWellFormed().replace(needsEscape, escapeCharacter)}"`
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (character in named) return named[character] as string
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
