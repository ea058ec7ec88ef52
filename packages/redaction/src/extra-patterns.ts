import { RE2JS } from 're2js'
import { longestMarker, markerEnd } from './marker.ts'
import type { Span } from './scan.ts'

/** Compiles an operator's patterns. Throws a `TypeError` that says which one is wrong. */
export function compilePatterns(patterns: readonly string[]): readonly RE2JS[] {
  return patterns.map((pattern, index) => {
    try {
      return RE2JS.compile(pattern)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TypeError(`extraPatterns[${index}]: invalid regex: ${why}`, { cause: error })
    }
  })
}

/** What a pattern matches, but for matches inside of a marker. */
export function findMatches(pattern: RE2JS, text: string): Span[] {
  const spans: Span[] = []
  const matcher = pattern.matcher(text)
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
