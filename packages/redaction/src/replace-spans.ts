import type { Span } from './scan.ts'

/** Replaces spans of a text, those that overlap as one. Without spans it returns the text itself. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  markerFor: (secret: string) => string
): string {
  if (spans.length === 0) return text
  let output = ''
  let copied = 0
  for (const { start, end, quotes = '' } of merge(spans)) {
    const marker = markerFor(text.slice(start, end))
    output += text.slice(copied, start) + quotes + marker + quotes
    copied = end
  }
  return output + text.slice(copied)
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1)
    if (last && span.start < last.end) {
      if (span.end > last.end) merged[merged.length - 1] = { ...last, end: span.end }
    } else {
      merged.push(span)
    }
  }
  return merged
}
