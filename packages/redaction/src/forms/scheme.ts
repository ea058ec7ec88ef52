import { isAlnum, isSpace, skipClass } from '../char-class.ts'
import type { Scan } from '../scan.ts'

const longestWord = 20

/** `bearer` and a credential. A short word without digits is a word: `bearer token`. */
export function findBearer(scan: Scan, at: number, schemeEnd: number): void {
  const start = credentialStart(scan, at, schemeEnd)
  if (start !== -1 && isCredential(readRun(scan.text, start, longestWord))) add(scan, start)
}

function isCredential(value: string): boolean {
  return value.length === longestWord || /\d/.test(value) || /\w[._+/~=]\w/.test(value)
}

const longestDecoded = 4096

/** `Basic` and the base64 of `name:password`. */
export function findBasic(scan: Scan, at: number, schemeEnd: number): void {
  const start = credentialStart(scan, at, schemeEnd)
  if (start !== -1 && hasColon(readRun(scan.text, start, longestDecoded))) add(scan, start)
}

function readRun(text: string, start: number, longest: number): string {
  return text.slice(start, skipClass(text, start, 'base64', start + longest))
}

/** Where the word behind a scheme starts; -1 if there is none, or if the scheme is part of a word. */
function credentialStart({ text, tokensEnd }: Scan, at: number, schemeEnd: number): number {
  if (at < tokensEnd || isAlnum(text.charCodeAt(at - 1))) return -1
  let start = schemeEnd
  while (start < text.length && isSpace(text.charCodeAt(start))) start++
  if (start > schemeEnd) return start
  return text.startsWith('%20', schemeEnd) ? schemeEnd + 3 : -1
}

function add(scan: Scan, start: number): void {
  const end = skipClass(scan.text, start, 'base64')
  scan.spans.push({ start, end })
  scan.tokensEnd = end
}

/** Whether the text that base64 stands for has a colon, and no control characters. */
function hasColon(encoded: string): boolean {
  const decoded = Buffer.from(encoded, 'base64').toString('latin1')
  return decoded.includes(':') && !/\p{Cc}/u.test(decoded)
}
