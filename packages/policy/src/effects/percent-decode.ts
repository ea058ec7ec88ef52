const escapes = /(?:%[0-9a-f]{2})+/gi
const malformed = /%(?![0-9a-f]{2})/i

/**
 * Decodes each `%HH` once. A text in which any escape is malformed is returned as it is. Bytes that
 * are not UTF-8 become U+FFFD.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return malformed.test(text) ? text : text.replace(escapes, decodeRun)
  }
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    // Not UTF-8 as a whole: the ASCII bytes, which separators are made of, still count.
    return run.replace(/%(..)/g, (_, hex: string) => {
      const byte = Number.parseInt(hex, 16)
      return byte < 0x80 ? String.fromCharCode(byte) : '\ufffd'
    })
  }
}
