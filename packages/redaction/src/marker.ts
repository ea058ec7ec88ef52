const digestLength = 8
const opening = '[REDACTED'
/** How long a marker with a digest is. */
export const longestMarker: number = opening.length + digestLength + 2

/** What stands in the place of a secret, with a digest or without. */
export function formatMarker(digest?: string): string {
  return digest === undefined ? `${opening}]` : `${opening}:${digest.slice(0, digestLength)}]`
}

/** Where the marker that starts at a position ends, or -1 if none does. */
export function markerEnd(text: string, at: number): number {
  if (!text.startsWith(opening, at)) return -1
  const end = at + opening.length
  if (text[end] === ']') return end + 1
  const digest = text.slice(end, end + digestLength + 2)
  return /^:[0-9a-f]{8}\]$/.test(digest) ? end + digest.length : -1
}

/** Whether a marker ends at a position: its bracket is its own. */
export function endsMarker(text: string, end: number): boolean {
  return [longestMarker, opening.length + 1].some((length) => markerEnd(text, end - length) === end)
}
