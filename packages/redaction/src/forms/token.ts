import { isAlnum, isDigit, skipClass } from '../char-class.ts'
import type { TokenForm } from '../rules.ts'
import type { Scan } from '../scan.ts'
import { isHidden } from '../value.ts'

/** A literal such as `ghp_`, in its own case, and the run of characters behind it. */
export function findToken(scan: Scan, form: TokenForm, at: number, bodyStart: number): void {
  const { text } = scan
  if (at < scan.tokensEnd) return
  if (!form.starts.includes(text.slice(at, bodyStart))) return
  if (!form.anywhere && !startsToken(text, at)) return
  // One more than `max`, to see that there is more.
  const limit = form.max === undefined ? text.length : bodyStart + form.max + 1
  const lineEnd = skipClass(text, bodyStart, form.body, limit)
  const bodyEnd = form.lines ? skipLines(text, lineEnd, form.body) : lineEnd
  const end = trimDots(text, bodyStart, bodyEnd)
  const length = end - bodyStart
  if (length < form.min || length > (form.max ?? length)) return
  if (isHidden(text, { start: bodyStart, end, next: end })) return
  scan.spans.push({ start: form.keepsStart ? bodyStart : at, end })
  scan.tokensEnd = end
}

/** Shorter lines may be words. */
const leastLine = 16

/** Further lines of a body: long enough, and with nothing else in them. */
function skipLines(text: string, from: number, body: TokenForm['body']): number {
  let end = from
  for (;;) {
    const start = skipLineBreak(text, end)
    const next = skipClass(text, start, body)
    if (start === end || next - start < leastLine || !endsLine(text, next)) return end
    end = next
  }
}

/** Behind a line break, or behind one that is escaped as in JSON. */
function skipLineBreak(text: string, at: number): number {
  const next = text[at] === '\r' ? at + 1 : at
  if (text[next] === '\n') return next + 1
  return text.startsWith('\\n', at) ? at + 2 : at
}

function endsLine(text: string, at: number): boolean {
  return at >= text.length || '\r\n\\"\''.includes(text[at] as string)
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
