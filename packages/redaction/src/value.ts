import { isSpace } from './char-class.ts'
import { endsMarker, markerEnd } from './marker.ts'
import type { Scan } from './scan.ts'

/** Where a value stands in a text. */
export interface Value {
  readonly start: number
  readonly end: number
  /** The quote around it. */
  readonly quote?: '"' | "'"
  /** The first position behind it and its quote. */
  readonly next: number
}

/** Reads a value: up to the closing quote where one opens here, one word otherwise. */
export function readValue(scan: Scan, at: number): Value {
  return readQuoted(scan.text, at) ?? readBare(scan, at)
}

/** How deeply quotes are escaped at most: JSON in JSON in JSON. */
const maxEscapes = 7

/**
 * Reads a quoted value. A quote that is escaped, as in JSON inside of JSON, is closed by a quote that is
 * escaped as much. Without a closing quote the value ends with the line.
 */
export function readQuoted(text: string, at: number): Value | undefined {
  let open = at
  while (text[open] === '\\' && open <= at + maxEscapes) open++
  const quote = text[open]
  if (quote !== '"' && quote !== "'") return undefined
  const depth = open - at
  if (depth > maxEscapes) return undefined
  const start = open + 1
  for (
    let close = text.indexOf(quote, start);
    close !== -1;
    close = text.indexOf(quote, close + 1)
  ) {
    const escapes = countEscapes(text, close, start)
    if (escapes < depth) return { start, end: close - escapes, quote, next: close - escapes }
    if (escapes % (2 * (depth + 1)) === depth) {
      return { start, end: close - depth, quote, next: close + 1 }
    }
  }
  const end = lineEnd(text, start)
  return { start, end, quote, next: end }
}

function countEscapes(text: string, at: number, from: number): number {
  let start = at
  while (start > from && text[start - 1] === '\\') start--
  return at - start
}

/** Where the line ends: at a line break, or at the end of the text. */
export function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x0a || code === 0x0d) return at
  }
  return text.length
}

/**
 * Reads one word: up to white space, `;`, `&`, `|`, `<`, `>` or a quote that closes something. Brackets
 * and commas at its end belong to what is around it.
 */
export function readBare(scan: Scan, start: number): Value {
  const { text, word } = scan
  if (start >= word.start && start < word.next) {
    return { start, end: Math.max(start, word.end), next: word.next }
  }
  let at = start
  while (at < text.length && !endsWord(text, at)) at += text[at] === '\\' ? 2 : 1
  const next = Math.min(at, text.length)
  scan.word = { start, end: trimEnd(text, start, next), next }
  return scan.word
}

function endsWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (isSpace(code)) return true
  switch (text[at]) {
    case ';':
    case '&':
    case '|':
    case '<':
    case '>':
      return true
    case '"':
    case "'":
    case '`':
      return isOutside(text, at + 1)
    case '\\':
      return endsAtEscape(text, at + 1)
    default:
      return false
  }
}

/** Whether a quote before this position closes what is around the word, rather than being part of it. */
function isOutside(text: string, at: number): boolean {
  return (
    at >= text.length ||
    isSpace(text.charCodeAt(at)) ||
    ',}]);&|<>"\'`\\:'.includes(text[at] as string)
  )
}

/** Escaped line breaks end a word, and so does an escaped quote that closes something. */
function endsAtEscape(text: string, at: number): boolean {
  const char = text[at]
  if (char === 'n' || char === 'r' || char === '\n' || char === '\r') return true
  return (char === '"' || char === "'") && isOutside(text, at + 1)
}

function trimEnd(text: string, start: number, end: number): number {
  let last = end
  while (last > start && ')]},\\'.includes(text[last - 1] as string) && !endsMarker(text, last))
    last--
  return last
}

const words = new Set([
  'true',
  'false',
  'null',
  'none',
  'nil',
  'undefined',
  'yes',
  'no',
  'string',
  'str',
  'number',
  'int',
  'integer',
  'bool',
  'boolean',
  'bytes',
  'any',
  'unknown',
  'object',
  'required',
  'optional'
])
const longestWord = 9

/** Whether a value holds nothing: empty, a mask, or already removed. */
export function isHidden(text: string, { start, end }: Value): boolean {
  return start >= end || markerEnd(text, start) === end || isMask(text, start, end)
}

function isMask(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (text[at] !== '*' && text[at] !== '.' && text[at] !== '•') return false
  }
  return true
}

/** Whether an unquoted value is no value: a word such as `null` or `string`, a placeholder, a reference. */
export function isNoLiteral(text: string, value: Value): boolean {
  const { start, end } = value
  if (end - start <= longestWord && words.has(text.slice(start, end).toLowerCase())) return true
  return '<>&|;`'.includes(text[start] ?? ';') || isReference(text, value)
}

const longestReference = 128

/** Whether a value is a variable or a substitution of a shell, which says where a secret is. */
export function isReference(text: string, { start, end }: Value): boolean {
  if (text.startsWith('$(', start)) return true
  if (end - start > longestReference) return false
  return /^(?:\$\{?[A-Z_][A-Z0-9_]*\}?|\$\{[^}]*\}?|%[A-Z_][A-Z0-9_]*%)$/.test(
    text.slice(start, end)
  )
}
