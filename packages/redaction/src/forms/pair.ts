import { isAlnum, isDigit, isNameUnit, isSpace, skipBlanks, skipBlanksBack } from '../char-class.ts'
import type { Scan } from '../scan.ts'
import { type FoundName, findSecretName } from '../secret-names.ts'
import { isHidden, isNoLiteral, isReference, readBare, readQuoted, type Value } from '../value.ts'
import { credentialStart, schemeEnd } from './credentials.ts'
import { findJsonStrings } from './json-strings.ts'

/** A separator, and what stands around it. */
interface Pair {
  readonly name: FoundName
  readonly separator: '=' | ':'
  /** The quotes of the name, as in JSON, with their escapes; empty if it has none. */
  readonly quotes: string
  /** Where the value starts. */
  readonly start: number
  /** Whether nothing but the separator is between the name and the value. */
  readonly isTight: boolean
  /** `==`: only a quoted text is the value of a comparison. */
  readonly isComparison: boolean
}

/** A secret name, a separator, a value. */
export function findPair(scan: Scan, at: number): void {
  if (at < scan.valuesEnd) return
  if (scan.text[at] === '>') {
    findElement(scan, at)
    return
  }
  const pair = readPair(scan.text, at)
  if (pair) findValue(scan, pair)
}

function readPair(text: string, at: number): Pair | undefined {
  const isEqual = text[at] === '='
  if (isEqual ? '=~'.includes(text[at + 1] ?? ' ') : !isColon(text, at)) return undefined
  const operator = isEqual ? operatorStart(text, at) : at
  const before = skipBlanksBack(text, operator)
  const nameEnd = skipQuoteBack(text, before)
  const name = findSecretName(text, nameEnd)
  if (!name) return undefined
  const valueStart = text[at + 1] === '>' ? at + 2 : at + 1
  const start = skipBlanks(text, valueStart)
  return {
    name,
    separator: isEqual ? '=' : ':',
    quotes: text.slice(nameEnd, before).replace(']', ''),
    start,
    isTight: start === valueStart,
    isComparison: text[at - 1] === '=' || text[at - 1] === '!'
  }
}

/** Whether a colon separates: not that of `::`, `:=` (its `=` does) and `://`. */
function isColon(text: string, at: number): boolean {
  return (
    text[at - 1] !== ':' && !':='.includes(text[at + 1] ?? ' ') && !text.startsWith('//', at + 1)
  )
}

/** `:=`, `+=`, `?=`, `==` and `===` are one separator. */
function operatorStart(text: string, at: number): number {
  let start = at
  while (start > at - 2 && ':+?!='.includes(text[start - 1] ?? ' ')) start--
  return start
}

/** Before a closing quote, with its escapes, and before the bracket of `config["name"]`. */
function skipQuoteBack(text: string, at: number): number {
  const bracket = text[at - 1] === ']' ? at - 1 : at
  if (text[bracket - 1] !== '"' && text[bracket - 1] !== "'") return at
  let end = bracket - 1
  while (end > bracket - 9 && text[end - 1] === '\\') end--
  return end
}

function findValue(scan: Scan, pair: Pair): void {
  const { text } = scan
  if (pair.quotes !== '' && findJsonStrings(scan, pair.start)) return
  if (!pair.isComparison && findItems(scan, pair.start)) return
  const value = readQuoted(text, pair.start) ?? readUnquoted(scan, pair)
  if (!value || isHidden(text, value) || !isSecret(scan, value, pair)) return
  const start = pair.name.kind === 'credentials' ? credentialStart(text, value) : value.start
  if (start === -1 || isHidden(text, { ...value, start })) return
  const quotes = isJsonNumber(text, value, pair) ? pair.quotes : ''
  scan.spans.push({ start, end: value.end, quotes })
  scan.valuesEnd = value.next
}

/** The quoted texts of a list or a tuple, such as `('user', 'password')`. Returns whether there are any. */
function findItems(scan: Scan, start: number): boolean {
  const { text } = scan
  if (text[start] !== '(' && text[start] !== '[') return false
  let at = start
  for (;;) {
    const value = readQuoted(text, skipBlanks(text, at + 1))
    if (!value) return at > start
    if (!isHidden(text, value)) scan.spans.push({ start: value.start, end: value.end })
    scan.valuesEnd = value.next
    at = skipBlanks(text, value.next)
    if (text[at] !== ',') return true
  }
}

function isSecret({ text }: Scan, value: Value, pair: Pair): boolean {
  return value.quote ? isQuotedSecret(text, value, pair) : isBareSecret(text, value, pair)
}

/** Secrets in double quotes may be references where a shell reads them; `:` is never a shell's. */
function isQuotedSecret(text: string, value: Value, { separator }: Pair): boolean {
  return !(separator === '=' && value.quote === '"' && isReference(text, value))
}

function isBareSecret(text: string, value: Value, pair: Pair): boolean {
  if (pair.isComparison || isNoLiteral(text, value)) return false
  if (pair.separator === '=' || pair.quotes !== '') return true
  const { name } = pair
  if (name.kind !== 'secret') return true
  if (name.isWeak) return false
  return pair.isTight ? isTightSecret(text, value, name) : isSpacedSecret(text, value)
}

/** `name:value`. Without digits it is rather a path of names, such as `repo:token:read`. */
function isTightSecret(text: string, value: Value, name: FoundName): boolean {
  const before = nameStart(text, name.start)
  if (text[before - 1] === ':' || text[before - 1] === '/') return false
  return (text[before] === 'X' || text[before] === 'x') && text[before + 1] === '-'
    ? true
    : hasDigit(text, value)
}

const longestName = 64

function nameStart(text: string, end: number): number {
  let start = end
  while (start > end - longestName && isNameUnit(text.charCodeAt(start - 1))) start--
  return start
}

const leastWithDigit = 6

/** `name: value`. More words behind it make it prose, unless it has a digit. */
function isSpacedSecret(text: string, value: Value): boolean {
  const next = skipBlanks(text, value.next)
  const isLast = next >= text.length || !isAlnum(text.charCodeAt(next)) || next === value.next
  return isLast || (value.end - value.start >= leastWithDigit && hasDigit(text, value))
}

const longestLooked = 128

function hasDigit(text: string, { start, end }: Value): boolean {
  for (let at = start; at < Math.min(end, start + longestLooked); at++) {
    if (isDigit(text.charCodeAt(at))) return true
  }
  return end > start + longestLooked
}

/** A value without quotes of its own. That of a header lasts as long as the quotes around the header. */
function readUnquoted(scan: Scan, pair: Pair): Value | undefined {
  const { name, start, quotes } = pair
  if (quotes !== '') return readScalar(scan.text, start)
  if (name.kind === 'secret' && !isHeader(scan.text, pair)) return readBare(scan, start)
  const outer = readOuterQuote(scan.text, nameStart(scan.text, name.start))
  if (outer && outer.end >= start) return { start, end: outer.end, next: outer.end }
  return name.kind === 'secret' ? readBare(scan, start) : readHeader(scan, pair)
}

/** A number or a word in JSON. */
function readScalar(text: string, start: number): Value {
  let end = start
  while (end < text.length && !endsScalar(text, end)) end++
  return { start, end, next: end }
}

function endsScalar(text: string, at: number): boolean {
  return isSpace(text.charCodeAt(at)) || ',;&|<>()[]{}"\'`\\'.includes(text[at] as string)
}

/** `"X-Api-Key: value"`. */
function isHeader(text: string, { name, separator, quotes }: Pair): boolean {
  const start = nameStart(text, name.start)
  return (
    separator === ':' &&
    quotes === '' &&
    (text[start] === 'X' || text[start] === 'x') &&
    text[start + 1] === '-'
  )
}

function readOuterQuote(text: string, nameAt: number): Value | undefined {
  if (text[nameAt - 1] !== '"' && text[nameAt - 1] !== "'") return undefined
  let open = nameAt - 1
  while (open > nameAt - 9 && text[open - 1] === '\\') open--
  return readQuoted(text, open)
}

/** A list of words, each but the last with a comma or a semicolon, after the scheme if there is one. */
function readHeader(scan: Scan, { name, start, separator }: Pair): Value | undefined {
  const { text } = scan
  let word = readListItem(scan, name.kind === 'credentials' ? schemeEnd(text, start) : start)
  while (';,'.includes(text[word.next - 1] ?? ' ')) {
    const following = readListItem(scan, skipBlanks(text, word.next))
    if (following.end <= following.start) break
    word = following
  }
  const isList = name.kind !== 'cookies' || text.slice(start, word.end).includes('=')
  return isList || separator === '=' ? { start, end: word.end, next: word.next } : undefined
}

/** One word, with a semicolon at its end. */
function readListItem(scan: Scan, start: number): Value {
  const value = readBare(scan, start)
  return scan.text[value.next] === ';' ? { ...value, next: value.next + 1 } : value
}

/** A number in JSON is replaced by a text. */
function isJsonNumber(text: string, { start, end, quote }: Value, { quotes }: Pair): boolean {
  return (
    quotes !== '' &&
    quote === undefined &&
    /^-?[\d.eE+-]+$/.test(text.slice(start, Math.min(end, start + 32)))
  )
}

/** `<name>value</`. */
function findElement(scan: Scan, at: number): void {
  const { text } = scan
  const name = findSecretName(text, at)
  if (!name) return
  const before = nameStart(text, name.start)
  // The name may have a prefix: `<wsse:Password>`.
  const tag = text[before - 1] === ':' ? nameStart(text, before - 1) : before
  if (text[tag - 1] !== '<') return
  const start = at + 1
  const end = text.indexOf('<', start)
  const closes = text[end + 1] === '/' || text[end + 1] === '!'
  if (end === -1 || !closes || text.slice(start, end).trim() === '') return
  scan.valuesEnd = end
  if (!isHidden(text, { start, end, next: end })) scan.spans.push({ start, end })
}
