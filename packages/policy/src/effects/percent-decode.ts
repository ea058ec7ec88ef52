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

/** Decodes escapes that are not UTF-8 as a whole, character by character. */
function decodeRun(run: string): string {
  let text = ''
  for (let at = 0; at < run.length; ) {
    const length = 3 * characterBytes(Number.parseInt(run.slice(at + 1, at + 3), 16))
    const character = decodeCharacter(run.slice(at, at + length))
    text += character ?? '\ufffd'
    at += character === undefined ? 3 : length
  }
  return text
}

/** How many bytes a character has in UTF-8, by its first. */
function characterBytes(first: number): number {
  if (first >= 0xf0) return 4
  if (first >= 0xe0) return 3
  return first >= 0xc0 ? 2 : 1
}

function decodeCharacter(escaped: string): string | undefined {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

const overlong = /%(?:f0%80%8([01])|e0%8([01])|c([01]))%([89ab][0-9a-f])/gi
const wide = /%u([0-9a-f]{4})/gi

/**
 * Decodes whatever some program decodes, again and again: ASCII in more bytes than it needs, `%uHHHH`,
 * and escapes next to malformed ones.
 */
export function decodeLeniently(text: string): string {
  let last = text
  for (let left = 4; left > 0; left--) {
    const next = last.replace(overlong, decodeOverlong).replace(wide, decodeWide)
    const decoded = next.replace(escapes, decodeRun)
    if (decoded === last) return last
    last = decoded
  }
  return last
}

function decodeOverlong(_: string, four = '', three = '', two = '', low: string): string {
  const high = Number(four + three + two)
  return String.fromCharCode((high << 6) | (Number.parseInt(low, 16) & 0x3f))
}

function decodeWide(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16))
}
