import { isNameUnit, isSpace, skipBlanks } from '../char-class.ts'
import type { ProgramForm } from '../rules.ts'
import type { Scan } from '../scan.ts'
import { findSecretName } from '../secret-names.ts'
import { isHidden, isNoLiteral, isReference, readValue, type Value } from '../value.ts'

const longestName = 64

/** Options that turn something off, or that name something. Their next word is not their value. */
const harmless = /^(?:no|ask|prompt|with|without|disable|skip|show|hide|create|list|delete|rotate)-/

/** An option with a secret name whose value is the next word, or the next item of a JSON list. */
export function findOption(scan: Scan, at: number): void {
  const { text } = scan
  if (at < scan.valuesEnd || !startsWord(text, at)) return
  if (scan.program && at < scan.programEnd && findShort(scan, scan.program, at)) return
  const start = text[at + 1] === '-' ? at + 2 : at + 1
  let end = start
  while (end < start + longestName && isNameUnit(text.charCodeAt(end))) end++
  if (end === start || end === start + longestName) return
  const valueStart = findValueStart(text, end)
  if (valueStart === -1 || !isSecretOption(text, start, end)) return
  add(scan, readValue(scan, valueStart))
}

/** Whether a text is an option with a secret name, such as `--token`. */
export function isSecretOptionName(item: string): boolean {
  const dashes = /^--?(?=\w)/.exec(item)?.[0].length
  return dashes !== undefined && isSecretOption(item, dashes, item.length)
}

function isSecretOption(text: string, start: number, end: number): boolean {
  const found = findSecretName(text, end)
  // The name is the option's own, not that of a word before it.
  return found !== undefined && found.start >= start && !harmless.test(text.slice(start, end))
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || isSpace(text.charCodeAt(at - 1)) || '"\'[(,='.includes(text[at - 1] as string)
}

/** Behind blanks, or behind the `","` of a list; -1 where neither is. */
function findValueStart(text: string, nameEnd: number): number {
  const next = skipBlanks(text, nameEnd)
  if (next > nameEnd) return isValue(text, next) ? next : -1
  const quote = text[nameEnd]
  if (quote !== '"' && quote !== "'") return -1
  const comma = skipBlanks(text, nameEnd + 1)
  const item = skipBlanks(text, comma + 1)
  return text[comma] === ',' && text[item] === quote ? item : -1
}

function isValue(text: string, at: number): boolean {
  return at < text.length && text[at] !== '-'
}

function add(scan: Scan, value: Value): boolean {
  const { text } = scan
  const isNone =
    isHidden(text, value) ||
    (value.quote === undefined && isNoLiteral(text, value)) ||
    (value.quote === '"' && isReference(text, value))
  if (isNone) return false
  scan.spans.push({ start: value.start, end: value.end })
  scan.valuesEnd = value.next
  return true
}

/** A short option of the program of this line. */
function findShort(scan: Scan, program: ProgramForm, at: number): boolean {
  const { text } = scan
  for (const option of program.options) {
    if (!text.startsWith(option, at)) continue
    const start = shortValueStart(text, at + option.length, program)
    if (start === -1) continue
    const value = readValue(scan, start)
    if (program.value === 'word' ? addOnce(scan, value) : addPassword(scan, value)) return true
  }
  return false
}

function shortValueStart(text: string, optionEnd: number, { place }: ProgramForm): number {
  const next = skipBlanks(text, optionEnd)
  if (next > optionEnd) return place !== 'attached' && isValue(text, next) ? next : -1
  return place !== 'separate' && next < text.length ? next : -1
}

/** After its password, the same option is likely that of another program. */
function addOnce(scan: Scan, value: Value): boolean {
  scan.program = undefined
  return add(scan, value)
}

const longestUser = 256

function addPassword(scan: Scan, value: Value): boolean {
  const end = Math.min(value.end, value.start + longestUser)
  // A bracket is that of a marker, which may have a colon.
  const user = /^[^:[]*:/.exec(scan.text.slice(value.start, end))?.[0]
  if (user === undefined) return false
  return add(scan, { ...value, start: value.start + user.length })
}
