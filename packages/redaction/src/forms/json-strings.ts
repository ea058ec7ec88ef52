import { isSpace } from '../char-class.ts'
import type { Scan } from '../scan.ts'
import { isHidden, readQuoted } from '../value.ts'

/**
 * The texts in the JSON list or object that starts at a position, however deep, but not the names of
 * members. Returns whether there is one.
 */
export function findJsonStrings(scan: Scan, start: number): boolean {
  const { text } = scan
  if (text[start] !== '[' && text[start] !== '{') return false
  let depth = 0
  let at = start
  while (at < text.length) {
    const char = text[at] as string
    if (char === '[' || char === '{') depth++
    else if (char === ']' || char === '}') depth--
    else if (char === '"' || char === '\\') at = findString(scan, at)
    at++
    if (depth === 0) break
  }
  scan.valuesEnd = at
  return true
}

/** Returns the last position of the string. */
function findString(scan: Scan, at: number): number {
  const { text } = scan
  const value = readQuoted(text, at)
  if (!value) return at
  let next = value.next
  while (next < text.length && isSpace(text.charCodeAt(next))) next++
  if (text[next] !== ':' && !isHidden(text, value)) {
    scan.spans.push({ start: value.start, end: value.end })
  }
  return Math.max(at, value.next - 1)
}
