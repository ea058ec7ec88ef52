import { isAlnum, isDigit, skipClass } from '../char-class.ts'
import type { TokenForm } from '../rules.ts'
import type { Scan } from '../scan.ts'

/** A literal such as `ghp_`, in its own case, and the run of characters behind it. */
export function findToken(scan: Scan, form: TokenForm, at: number, bodyStart: number): void {
  const { text } = scan
  if (at < scan.tokensEnd) return
  if (!form.starts.includes(text.slice(at, bodyStart))) return
  if (!form.anywhere && !startsToken(text, at)) return
  // One more than `max`, to see that there is more.
  const limit = form.max === undefined ? text.length : bodyStart + form.max + 1
  const end = trimDots(text, bodyStart, skipClass(text, bodyStart, form.body, limit))
  const length = end - bodyStart
  if (length < form.min || length > (form.max ?? length)) return
  scan.spans.push({ start: form.keepsStart ? bodyStart : at, end })
  scan.tokensEnd = end
}

/** Dots at the end are those of a sentence. */
function trimDots(text: string, start: number, end: number): number {
  let last = end
  while (last > start && text[last - 1] === '.') last--
  return last
}

/**
 * Whether a token can start here: not in the middle of a word. `%22`, `\n` and `\u0022` before it are
 * characters in disguise.
 */
export function startsToken(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  if (!isAlnum(before) && before !== 0x5f && before !== 0x2d) return true
  if (text[at - 3] === '%' && isHex(text.charCodeAt(at - 2)) && isHex(before)) return true
  if (text[at - 2] === '\\') return true
  return text[at - 6] === '\\' && text[at - 5] === 'u'
}

function isHex(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66)
}
