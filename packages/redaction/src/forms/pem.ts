import { isAlnum } from '../char-class.ts'
import type { Scan } from '../scan.ts'

const longestLabel = 64
const leastBody = 32
const dashes = '-----'

/** The body of a private key. Without its last line it ends with the characters that keys are made of. */
export function findPem(scan: Scan, at: number, labelStart: number): void {
  const { text } = scan
  if (at < scan.tokensEnd) return
  const label = /^[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?(?=-----)/.exec(
    text.slice(labelStart, labelStart + longestLabel)
  )?.[0]
  if (label === undefined) return
  const start = labelStart + label.length + dashes.length
  // No body has five dashes, so this is the next line of an armour, whichever.
  const next = text.indexOf(dashes, start)
  const end = text.startsWith('-----END ', next) ? next : skipBody(text, start, next)
  if (!hasKey(text, start, end)) return
  scan.spans.push({ start, end })
  scan.tokensEnd = end
}

/** The first position that has no character of a key, an escape or a header of the armour. */
function skipBody(text: string, start: number, next: number): number {
  const limit = next === -1 ? text.length : next
  let at = start
  while (at < limit && isBody(text.charCodeAt(at))) at++
  // A backslash here is one before a quote.
  while (at > start && text[at - 1] === '\\') at--
  return at
}

function isBody(code: number): boolean {
  return isAlnum(code) || '+/=\\ \t\r\n:,.%-'.includes(String.fromCharCode(code))
}

/** Whether there is a run of base64 as long as a line of a key. */
function hasKey(text: string, start: number, end: number): boolean {
  let runStart = start
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (!isAlnum(code) && code !== 0x2b && code !== 0x2f && code !== 0x3d) runStart = at + 1
    else if (at - runStart + 1 >= leastBody) return true
  }
  return false
}
