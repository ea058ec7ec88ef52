// biome-ignore lint/suspicious/noControlCharactersInRegex: what shells and people read in different ways
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/
/** Characters that change the order in which a text is shown, or are not shown at all. */
const invisible =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\uddef]/
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
