import type { Word } from '../shell/word.ts'
import { read, script, unknown, write } from './outcomes.ts'
import type { ProgramEffect } from './program-effect.ts'
import { wordOf } from './slice-word.ts'

/** Reads a script from left to right. Every part matches at the place where it stands. */
interface Scanner {
  readonly text: string
  at: number
}

/**
 * What a script of sed does beside changing text: files that it reads and writes, commands that it
 * runs. By GNU sed's grammar; whatever does not fit it is unknown.
 */
export function effectsOfSedScript(text: string, at: Word): readonly ProgramEffect[] {
  const scanner: Scanner = { text, at: 0 }
  const found: ProgramEffect[] = []
  while (scanner.at < text.length) {
    take(scanner, /[\s;}]*/y)
    if (scanner.at === text.length) break
    const effects = command(scanner, at)
    if (effects === undefined) return [...found, unknown('a script of sed is not understood', at)]
    found.push(...effects)
  }
  return found
}

function take(scanner: Scanner, pattern: RegExp): string | undefined {
  pattern.lastIndex = scanner.at
  const match = pattern.exec(scanner.text)
  if (match === null) return undefined
  scanner.at += match[0].length
  return match[0]
}

function command(scanner: Scanner, at: Word): readonly ProgramEffect[] | undefined {
  if (!addresses(scanner)) return undefined
  const name = take(scanner, /[\s\S]/y)
  switch (name) {
    case '{':
      return []
    case '#':
      take(scanner, /[^\n]*/y)
      return []
    case 's':
      return substitution(scanner, at)
    case 'y':
      return delimited(scanner, 2) === undefined ? undefined : ended(scanner)
    case 'a':
    case 'i':
    case 'c':
      return insertedText(scanner)
    case ':':
    case 'b':
    case 't':
    case 'T':
      take(scanner, /[ \t]*[^\s;}]*/y)
      return ended(scanner)
    case 'r':
    case 'R':
      return fileName(scanner, at).flatMap(read)
    case 'w':
    case 'W':
      return fileName(scanner, at).flatMap(write)
    case 'e':
      return executed(scanner, at)
    default:
      return simple(scanner, name)
  }
}

function simple(scanner: Scanner, name: string | undefined): readonly ProgramEffect[] | undefined {
  if (name === undefined || !/[=dDFgGhHlnNpPqQxz]/.test(name)) return undefined
  if (/[lqQ]/.test(name)) take(scanner, /[ \t]*\d*/y)
  return ended(scanner)
}

/** After a command comes the end of the script, of a line or of a group, or a `;`. */
function ended(scanner: Scanner): readonly ProgramEffect[] | undefined {
  take(scanner, /[ \t]*/y)
  const next = scanner.text.charAt(scanner.at)
  return next === '' || /[;}\n#]/.test(next) ? [] : undefined
}

function addresses(scanner: Scanner): boolean {
  if (!address(scanner, /\d+(?:~\d+)?|\$/y)) return false
  if (take(scanner, /[ \t]*,[ \t]*/y) !== undefined) {
    const from = scanner.at
    if (!address(scanner, /[+~]?\d+|\$/y) || scanner.at === from) return false
  }
  take(scanner, /[ \t]*(?:![ \t]*)*/y)
  return true
}

/** Takes an address when there is one; false for one that is not understood. */
function address(scanner: Scanner, line: RegExp): boolean {
  if (take(scanner, line) !== undefined) return true
  const start = take(scanner, /\/|\\(?=[\s\S])/y)
  if (start === undefined) return true
  if (start === '/') scanner.at -= 1
  if (delimited(scanner, 1) === undefined) return false
  take(scanner, /[IM]*/y)
  return true
}

/**
 * Takes parts that one character delimits, from its first place on. Undefined without an end, for a
 * bare line break, and where the delimiter stands inside brackets: the versions of sed differ there.
 */
function delimited(scanner: Scanner, count: number): string | undefined {
  const delimiter = take(scanner, /[^\s\\]/y)
  if (delimiter === undefined) return undefined
  let left = count
  let part = ''
  while (left > 0) {
    const next = take(scanner, /\\[\s\S]|[^\\\n]/y)
    if (next === undefined) return undefined
    if (next !== delimiter) part += next
    else {
      if (left === count && part.lastIndexOf('[') > part.lastIndexOf(']')) return undefined
      left -= 1
      part = ''
    }
  }
  return delimiter
}

function substitution(scanner: Scanner, at: Word): readonly ProgramEffect[] | undefined {
  if (delimited(scanner, 2) === undefined) return undefined
  const flags = take(scanner, /[gpiImM0-9e]*/y) ?? ''
  const runs = flags.includes('e') ? [unknown('sed runs what a substitution makes', at)] : []
  if (take(scanner, /w/y) !== undefined) {
    return [...runs, ...fileName(scanner, at).flatMap(write)]
  }
  const end = ended(scanner)
  return end === undefined ? undefined : [...runs, ...end]
}

function fileName(scanner: Scanner, at: Word): readonly Word[] {
  take(scanner, /[ \t]*/y)
  return [wordOf(take(scanner, /[^\n]*/y) ?? '', at)]
}

function executed(scanner: Scanner, at: Word): readonly ProgramEffect[] {
  take(scanner, /[ \t]*/y)
  const text = take(scanner, /[^\n]*/y) ?? ''
  return text === '' ? [unknown('sed runs its input', at)] : script(wordOf(text, at), 'sh')
}

/** The text of `a`, `i` and `c` goes on over lines that end in one backslash; two are doubtful. */
function insertedText(scanner: Scanner): readonly ProgramEffect[] | undefined {
  const text = take(scanner, /(?:\\[\s\S]|[^\\\n])*/y) ?? ''
  return text.endsWith('\\\\') ? undefined : []
}
