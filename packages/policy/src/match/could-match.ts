import type { Token } from './token.ts'

/**
 * What may stand between two known texts: anything; a relative path; the names that a `*` of a shell
 * stands for, which have no slash; or such names where a leading dot would hide them.
 */
export type Gap = 'anything' | 'relative' | 'name' | 'visible name'

type Element = string | 'many'

/** Longer than any pattern and any command that somebody wrote by hand. */
const maxCells = 1_000_000

/**
 * Whether a pattern matches a text for some value of its gaps. `texts` are what is known of it, in
 * order, with a gap between each two.
 *
 * Answers yes where that would be too much to find out.
 */
export function couldMatch(
  tokens: readonly Token[],
  texts: readonly string[],
  gap: (before: string) => Gap = () => 'anything'
): boolean {
  const pattern = tokens.flatMap(elementsOf)
  const length = texts.reduce((sum, text) => sum + text.length + 1, 0)
  if (pattern.length * length > maxCells) return true
  let row = rowAfterEnd(pattern)
  for (let at = texts.length - 1; at >= 0; at--) {
    const text = texts[at] as string
    for (let unit = text.length - 1; unit >= 0; unit--) {
      row = rowBeforeUnit(pattern, `=${text[unit]}`, row)
    }
    if (at > 0) row = rowBeforeGap(pattern, gap(texts[at - 1] as string), row)
  }
  return row[0] as boolean
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

/** Which ends of the pattern match the text from a character on, given which match the rest. */
function rowBeforeUnit(
  pattern: readonly Element[],
  unit: string,
  next: readonly boolean[]
): boolean[] {
  const row = new Array<boolean>(pattern.length + 1).fill(false)
  for (let at = pattern.length - 1; at >= 0; at--) {
    const element = pattern[at]
    const after = element === 'many' ? row[at + 1] || next[at] : element === unit && next[at + 1]
    row[at] = after === true
  }
  return row
}

/** The same from a gap on. */
function rowBeforeGap(pattern: readonly Element[], gap: Gap, next: readonly boolean[]): boolean[] {
  const row = [...next]
  for (let at = pattern.length - 1; at >= 0; at--) {
    const isConsumed = gap === 'anything' || gap === 'relative' || pattern[at] !== '=/'
    if (isConsumed && row[at + 1]) row[at] = true
  }
  if (gap === 'relative') return withoutStart(pattern, next, row, ['=/', '=~'])
  return gap === 'visible name' ? withoutStart(pattern, next, row, ['=/', '=.']) : row
}

/** A text that is empty, or starts with another character than these. */
function withoutStart(
  pattern: readonly Element[],
  empty: readonly boolean[],
  rest: readonly boolean[],
  excluded: readonly Element[]
): boolean[] {
  const row = [...empty]
  for (let at = pattern.length - 1; at >= 0; at--) {
    const element = pattern[at] as Element
    if (element === 'many') row[at] = Boolean(row[at] || row[at + 1] || rest[at])
    else if (!excluded.includes(element) && rest[at + 1]) row[at] = true
  }
  return row
}
