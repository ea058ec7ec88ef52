/** The characters that the body of a token may have. */
export type CharClass =
  | 'upper'
  | 'alnum'
  | 'hex'
  | 'word'
  | 'dotted'
  | 'base64'
  | 'path'
  | 'unquoted'

const members: Readonly<Record<CharClass, RegExp>> = {
  upper: /[A-Z0-9]/,
  alnum: /[A-Za-z0-9]/,
  hex: /[0-9a-f]/,
  word: /[\w-]/,
  dotted: /[\w.-]/,
  base64: /[\w.~+/=%-]/,
  path: /[\w:/-]/,
  unquoted: /[^'"\\\r\n]/
}

/** For each class, which of the first 128 characters belong to it. */
const tables: ReadonlyMap<CharClass, Uint8Array> = new Map(
  Object.entries(members).map(([name, member]) => [
    name as CharClass,
    Uint8Array.from({ length: 128 }, (_, code) => Number(member.test(String.fromCharCode(code))))
  ])
)

/** The first position from `at` whose character is not of the class, at most `limit`. */
export function skipClass(
  text: string,
  at: number,
  name: CharClass,
  limit: number = text.length
): number {
  const table = tables.get(name) as Uint8Array
  const end = Math.min(limit, text.length)
  let next = at
  // Beyond the table there is `undefined`, which is no member either.
  while (next < end && table[text.charCodeAt(next)] === 1) next++
  return next
}

/** Whether the character at a position separates words: white space, a control character, a line end. */
export function isSpace(code: number): boolean {
  return (
    code <= 0x20 ||
    (code >= 0x7f && code <= 0xa0) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x3000 ||
    code === 0xfeff
  )
}

/** The first position from `at` that is not a blank or a tab. */
export function skipBlanks(text: string, at: number): number {
  let next = at
  while (isBlank(text.charCodeAt(next))) next++
  return next
}

/** The position after the last character before `at` that is not a blank or a tab. */
export function skipBlanksBack(text: string, at: number): number {
  let before = at
  while (isBlank(text.charCodeAt(before - 1))) before--
  return before
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Whether a character is a letter or a digit of ASCII. `NaN`, behind the ends of a text, is not. */
export function isAlnum(code: number): boolean {
  return isLetter(code) || isDigit(code)
}

export function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Whether a character belongs to a name such as `db-password`, `X.Api_Key`. */
export function isNameUnit(code: number): boolean {
  return isAlnum(code) || code === 0x5f || code === 0x2d || code === 0x2e
}
