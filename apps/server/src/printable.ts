// What is left out: line breaks, terminal escapes, characters that reorder or hide others, odd spaces.
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** A text on one line, in the escapes of Go, that cannot forge a second one or talk to a terminal. */
export function printable(text: string): string {
  return text.replace(unprintable, escapeCharacter)
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return named[character] ?? `\\x${hex(code, 2)}`
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v'
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
