import { sha256 } from '../chain/sha256.ts'

/**
 * A text that is no longer than so many bytes of UTF-8, but for a note at its end: how long it was, and
 * its digest.
 */
export function shortenText(text: string, maxBytes: number): string {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= maxBytes) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= maxBytes) return text
  // In a stream, the decoder leaves out a character that is cut in two.
  const start = new TextDecoder('utf-8').decode(bytes.subarray(0, maxBytes), { stream: true })
  return `${start}[truncated: ${bytes.length} bytes, sha256:${sha256(bytes)}]`
}
