import { skipClass } from '../char-class.ts'
import type { Scan } from '../scan.ts'
import { startsToken } from './token.ts'

const leastPart = 8

/** A JSON Web Token: `eyJ`, and three or five parts in base64url with dots between them. */
export function findJwt(scan: Scan, at: number): void {
  const { text } = scan
  // The literal is found in any case.
  if (at < scan.tokensEnd || !text.startsWith('eyJ', at) || !startsToken(text, at)) return
  const header = skipClass(text, at, 'word')
  if (header - at < leastPart || text[header] !== '.') return
  const payload = skipClass(text, header + 1, 'word')
  // The second part of an encrypted token may be empty.
  const isShort = payload - header - 1 < leastPart
  if (text[payload] !== '.' || (isShort && payload !== header + 1)) return
  const end = skipClass(text, payload, 'dotted')
  scan.spans.push({ start: at, end })
  scan.tokensEnd = end
}
