import type { Token } from './token.ts'

type Element = string | 'many'

/** Longer than any pattern and any command that somebody wrote by hand. */
const maxCells = 1_000_000

/**
 * Whether a pattern matches a text for some value of its gaps. `texts` are what is known of it, in
 * order, with a gap between each two.
 *
 * Answers yes where that would be too much to find out.
 */
export function couldMatch(tokens: readonly Token[], texts: readonly string[]): boolean {
  const pattern = tokens.flatMap(elementsOf)
  const text = texts.flatMap((known, at): Element[] => [
    ...(at === 0 ? [] : ['many' as const]),
    ...known.split('').map((unit) => `=${unit}`)
  ])
  if (pattern.length * text.length > maxCells) return true
  let next = rowAfterEnd(pattern)
  for (let at = text.length - 1; at >= 0; at--) {
    next = rowBefore(pattern, text[at] as Element, next)
  }
  return next[0] as boolean
}

function elementsOf(token: Token): Element[] {
  // What a `?` or a class may be is not asked: then it may be anything.
  return token.kind === 'text' ? token.text.split('').map((unit) => `=${unit}`) : ['many']
}

/** Which ends of the pattern match the empty text. */
function rowAfterEnd(pattern: readonly Element[]): boolean[] {
  const row = new Array<boolean>(pattern.length + 1).fill(false)
  row[pattern.length] = true
  for (let at = pattern.length - 1; at >= 0 && pattern[at] === 'many'; at--) row[at] = true
  return row
}

/** Which ends of the pattern match the text from here, given which match it from one further on. */
function rowBefore(
  pattern: readonly Element[],
  here: Element,
  next: readonly boolean[]
): boolean[] {
  const row = new Array<boolean>(pattern.length + 1).fill(false)
  for (let at = pattern.length; at >= 0; at--) {
    const element = pattern[at]
    const isSkipped =
      here === 'many' &&
      ((next[at] as boolean) || (at < pattern.length && (row[at + 1] as boolean)))
    const isStar = element === 'many' && ((row[at + 1] as boolean) || (next[at] as boolean))
    const isEqual = here !== 'many' && element === here
    row[at] = isSkipped || isStar || (isEqual && (next[at + 1] as boolean))
  }
  return row
}
