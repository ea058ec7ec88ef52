/** One unit of a pattern. A `class` is what `[a-z]` means where a pattern is read with classes. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly negated: boolean }

/** An inclusive range of code points. */
type Range = readonly [first: number, last: number]

const classPattern = /\[([!^]?)([^\]]+)\]/y

/** Whether reading the pattern with classes says anything else than reading it without. */
export function hasClass(pattern: string): boolean {
  const open = pattern.search(/\[[^\]]/)
  return open !== -1 && pattern.includes(']', open + 2)
}

/**
 * Splits a pattern into tokens: `*` any run of characters, `?` one character, and, if asked,
 * `[abc]`, `[a-z]`, `[!0-9]` one character of a class. There are no escapes and no braces.
 */
export function tokenize(pattern: string, options: { readonly classes: boolean }): Token[] {
  const tokens: Token[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') tokens.push({ kind: 'text', text })
    text = ''
  }
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string
    const found = options.classes && character === '[' ? classAt(pattern, at) : undefined
    if (found) {
      flush()
      tokens.push(found.token)
      at = found.end - 1
    } else if (character === '*') {
      flush()
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
    } else if (character === '?') {
      flush()
      tokens.push({ kind: 'any' })
    } else {
      text += character
    }
  }
  flush()
  return tokens
}

function classAt(pattern: string, at: number): { token: Token; end: number } | undefined {
  classPattern.lastIndex = at
  const match = classPattern.exec(pattern)
  if (!match) return undefined
  const [whole, negation, body] = match as unknown as [string, string, string]
  const points = Array.from(body, (character) => character.codePointAt(0) as number)
  const ranges: Range[] = []
  for (let i = 0; i < points.length; i++) {
    const first = points[i] as number
    const last = points[i + 2]
    if (points[i + 1] === 0x2d && last !== undefined) {
      ranges.push([Math.min(first, last), Math.max(first, last)])
      i += 2
    } else {
      ranges.push([first, first])
    }
  }
  return { token: { kind: 'class', ranges, negated: negation !== '' }, end: at + whole.length }
}
