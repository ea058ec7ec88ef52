import { RE2JS } from 're2js'
import { longestMarker, markerEnd } from './marker.ts'
import type { Span } from './scan.ts'

/** An operator's pattern. */
export interface ExtraPattern {
  readonly expression: RE2JS
  /** A text that is in everything that it matches; empty where none is known. */
  readonly literal: string
}

/** Compiles an operator's patterns. Throws a `TypeError` that says which one is wrong. */
export function compilePatterns(patterns: readonly string[]): readonly ExtraPattern[] {
  return patterns.map((pattern, index) => {
    try {
      return { expression: RE2JS.compile(pattern), literal: leadingLiteral(pattern) }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TypeError(`extraPatterns[${index}]: invalid regex: ${why}`, { cause: error })
    }
  })
}

/**
 * The text that every match of a pattern begins with, as far as its beginning shows it. Most texts do not have
 * it, and to see that costs a fraction of asking the expression.
 */
function leadingLiteral(pattern: string): string {
  // A branch may begin with something else, and a flag may change what letters mean.
  if (/[|(]/.test(pattern)) return ''
  const [literal = ''] = /^[A-Za-z0-9 _/:=-]*/.exec(pattern) ?? []
  // What is repeated may not be there at all.
  return /^[?*{+]/.test(pattern.slice(literal.length)) ? literal.slice(0, -1) : literal
}

/** What a pattern matches, but for matches inside of a marker. */
export function findMatches({ expression, literal }: ExtraPattern, text: string): Span[] {
  if (!text.includes(literal)) return []
  const spans: Span[] = []
  const matcher = expression.matcher(text)
  while (matcher.find()) {
    const start = matcher.start()
    const end = matcher.end()
    if (end > start && !isInMarker(text, start, end)) spans.push({ start, end })
  }
  return spans
}

function isInMarker(text: string, start: number, end: number): boolean {
  const near = Math.max(0, start - longestMarker)
  const open = text.slice(near, start + 1).lastIndexOf('[')
  return open !== -1 && markerEnd(text, near + open) >= end
}
