import { shellLimits } from './limits.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: what shells and people read in different ways
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/
/** Characters that change the order in which a text is shown, or are not shown at all. */
const invisible =
  /[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ufe00-\ufe0f]|\udb40[\udc00-\uddef]/
const blank = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
/** A line continuation inside an operator, which some parsers join and some do not. */
const splitOperator = /[$<>&|;([{!]\\\n/
const nonAscii = /[^\t\n -~]/

/**
 * Why parsers may disagree on a text, or a person may read it in another way than the shell does;
 * undefined for a text that everybody reads alike.
 */
export function suspicion(text: string): string | undefined {
  if (text.includes('\\\n') && splitOperator.test(text))
    return 'an operator is split over two lines'
  if (!nonAscii.test(text)) return undefined
  if (control.test(text)) return 'it has control characters'
  if (invisible.test(text)) return 'it has invisible characters'
  if (blank.test(text)) return 'it has blanks that a shell does not read as blanks'
  return loneSurrogate.test(text) ? 'it is not valid Unicode' : undefined
}

/**
 * Why a text is not even parsed: more open parentheses or braces at one place, or more here-documents, than
 * anybody writes. Parsing them takes time that is not linear in its length. Both are counted without regard
 * to quotes. Undefined for a text that has none of it.
 */
export function excessOf(text: string): string | undefined {
  let open = 0
  let documents = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x28 || unit === 0x7b) open++
    else if (unit === 0x29 || unit === 0x7d) open = Math.max(0, open - 1)
    else if (unit === 0x3c && text.charCodeAt(at + 1) === 0x3c) {
      documents++
      at++
    }
    if (open > shellLimits.maxOpen) return 'it is nested too deeply'
    if (documents > shellLimits.maxHereDocuments) return 'it has too many here-documents'
  }
  return undefined
}
