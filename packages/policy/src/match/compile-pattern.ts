import type { Pattern } from './pattern.ts'
import { PlainPattern } from './plain-pattern.ts'
import { SegmentPattern } from './segment-pattern.ts'
import { SubtreePattern } from './subtree-pattern.ts'
import { hasClass, type Token, tokenize } from './token.ts'
import { WildPattern } from './wild-pattern.ts'

/** What a pattern is written for: a path is split at `/` by whoever reads it, a text is not. */
export type PatternField = 'text' | 'path'

/**
 * Compiles a pattern as allow rules read it.
 *
 * `*` is any run of characters, also `/` and spaces; `?` is one character; a pattern with `**`
 * is matched element by element between slashes, `**` being any number of whole elements.
 */
export function compilePattern(pattern: string): Pattern {
  return pattern.includes('**') ? segmentPattern(pattern, false) : textPattern(pattern, false)
}

/**
 * Compiles a pattern in every way in which its author may have meant it, as deny and approval rules
 * read it: `**` in a text is also `*`, and `[0-9]` is also a class. One match is enough.
 */
export function compileWide(pattern: string, field: PatternField): Pattern[] {
  const readings = [compilePattern(pattern)]
  const classes = hasClass(pattern)
  const segmented = pattern.includes('**')
  if (classes) {
    readings.push(segmented ? segmentPattern(pattern, true) : textPattern(pattern, true))
  }
  if (segmented && field === 'text') {
    readings.push(textPattern(pattern, false))
    if (classes) readings.push(textPattern(pattern, true))
  }
  return readings
}

function segmentPattern(pattern: string, classes: boolean): Pattern {
  const top = /^([^*?[]+)\/\*\*$/.exec(pattern)?.[1]
  if (top !== undefined) return new SubtreePattern(top)
  return new SegmentPattern(
    pattern,
    (element) => textPattern(element, classes),
    (text) => tokenize(text, { classes })
  )
}

function textPattern(pattern: string, classes: boolean): Pattern {
  const tokens = tokenize(pattern, { classes })
  const plain = tokens.every((token) => token.kind === 'text' || token.kind === 'star')
  return plain ? new PlainPattern(textsBetweenStars(tokens)) : new WildPattern(tokens)
}

function textsBetweenStars(tokens: readonly Token[]): string[] {
  const texts = ['']
  for (const token of tokens) {
    if (token.kind === 'star') texts.push('')
    else if (token.kind === 'text') texts[texts.length - 1] = token.text
  }
  return texts
}
