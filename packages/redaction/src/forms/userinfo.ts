import { isSpace } from '../char-class.ts'
import { markerEnd } from '../marker.ts'
import type { Scan } from '../scan.ts'
import { isHidden } from '../value.ts'

/** `://name:password@`, up to the last `@` before the path. */
export function findUserinfo(scan: Scan, authority: number): void {
  const { text } = scan
  let colon = -1
  let end = -1
  for (let at = authority; at < text.length && !endsAuthority(text, at); ) {
    if (text[at] === ':' && colon === -1) colon = at
    if (text[at] === '@') end = at
    at = Math.max(at + 1, markerEnd(text, at))
  }
  if (colon === -1 || end < colon) return
  const start = colon + 1
  if (!isHidden(text, { start, end, next: end })) scan.spans.push({ start, end })
}

function endsAuthority(text: string, at: number): boolean {
  return isSpace(text.charCodeAt(at)) || '/?#"\'<>`\\'.includes(text[at] as string)
}
