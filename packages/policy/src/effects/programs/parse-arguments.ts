import type { Word } from '../shell/word.ts'
import type { OptionRule, OptionTable } from './option-table.ts'
import { unknown } from './outcomes.ts'
import type { ProgramEffect } from './program-effect.ts'
import { keepsPrefix, sliceWord } from './slice-word.ts'

/** How a program reads its options. */
export interface Grammar {
  readonly table: OptionTable
  /**
   * `anywhere`: GNU getopt, options also after operands. `first`: POSIX, the first operand ends
   * them; wrappers that run a program read theirs so.
   */
  readonly order: 'anywhere' | 'first'
  /** Long options start with one dash (and may with two), short ones are not bundled: Go, Java. */
  readonly hasOneDash: boolean
  /** `-20` is an option: head, tail, git log, kill. */
  readonly takesNumbers: boolean
  /** `-Lo` is `-L -o`, and their values are the next words: tree. */
  readonly valuesAreSeparate: boolean
  /** No option of it can do more than its operands do, so a word that may be one does no harm. */
  readonly isHarmless: boolean
}

/** An option that was found and understood. */
export interface FoundOption {
  readonly name: string
  readonly role: string
  readonly value?: Word
  readonly at: Word
}

/** The arguments of a program, told apart. */
export interface ParsedArguments {
  readonly options: readonly FoundOption[]
  readonly operands: readonly Word[]
  /** What could not be understood. */
  readonly unknowns: readonly ProgramEffect[]
  /** Whether a word may be an option or an operand, so that places among operands are uncertain. */
  readonly isUncertain: boolean
  /** Those words. */
  readonly uncertain: readonly Word[]
}

interface Reader {
  readonly args: readonly Word[]
  readonly grammar: Grammar
  index: number
  isUncertain: boolean
  readonly uncertain: Word[]
  readonly options: FoundOption[]
  readonly operands: Word[]
  readonly unknowns: ProgramEffect[]
}

/**
 * Tells options and operands apart as the program does. An option that the table lacks, also an
 * abbreviation of one that it has, and a word that may turn out to be an option are unknown.
 */
export function parseArguments(args: readonly Word[], grammar: Grammar): ParsedArguments {
  const reader: Reader = {
    args,
    grammar,
    index: 0,
    isUncertain: false,
    uncertain: [],
    options: [],
    operands: [],
    unknowns: []
  }
  for (let word = args[0]; word !== undefined; word = args[reader.index]) {
    if (word.isSingle && word.text === '--') {
      reader.operands.push(...args.slice(reader.index + 1))
      break
    }
    if (startsOption(word)) readOption(reader, word)
    else if (isOperand(word) || takeUncertain(reader, word)) {
      if (grammar.order === 'first') {
        reader.operands.push(...args.slice(reader.index))
        break
      }
      reader.operands.push(word)
      reader.index += 1
    }
  }
  return reader
}

function startsOption(word: Word): boolean {
  if (!keepsPrefix(word)) return false
  return word.prefix.startsWith('-') && (word.prefix !== '-' || word.text === undefined)
}

function isOperand(word: Word): boolean {
  if (!keepsPrefix(word)) return false
  return word.text !== undefined || (word.prefix !== '' && !word.prefix.startsWith('-'))
}

function doubt(reader: Reader, word: Word): void {
  reader.isUncertain = true
  reader.uncertain.push(word)
}

function takeUncertain(reader: Reader, word: Word): true {
  doubt(reader, word)
  if (!reader.grammar.isHarmless) reader.unknowns.push(unknown('a word may be an option', word))
  return true
}

function readOption(reader: Reader, word: Word): void {
  reader.index += 1
  const { prefix } = word
  if (reader.grammar.takesNumbers && /^-\d+$/.test(word.text ?? '')) return
  if (reader.grammar.hasOneDash) readLong(reader, word, prefix.startsWith('--') ? 2 : 1)
  else if (prefix.startsWith('--')) readLong(reader, word, 2)
  else readBundle(reader, word)
}

function readLong(reader: Reader, word: Word, from: number): void {
  const { prefix } = word
  const equals = prefix.indexOf('=')
  const isCut = equals < 0 && word.text === undefined
  const name = prefix.slice(from, equals < 0 ? undefined : equals)
  const rule = isCut ? undefined : reader.grammar.table.get(name)
  const isShort = name.length === 1 && !reader.grammar.hasOneDash
  if (rule === undefined || isShort) takeAbbreviation(reader, word, name)
  else if (equals < 0) takeOption(reader, word, name, rule)
  else if (rule.takes === 'none' && !reader.grammar.hasOneDash) notUnderstood(reader, word)
  else reader.options.push({ name, role: rule.role, value: sliceWord(word, equals + 1), at: word })
}

/** An abbreviation is unknown; what it may stand for is told all the same, for denials to see. */
function takeAbbreviation(reader: Reader, word: Word, name: string): void {
  notUnderstood(reader, word)
  if (name.length < 2 || reader.grammar.hasOneDash) return
  const meant = [...reader.grammar.table].filter(([full]) => full.startsWith(name))
  const [only] = meant
  if (only === undefined || meant.length > 1) return
  const equals = word.prefix.indexOf('=')
  if (equals < 0) takeOption(reader, word, only[0], only[1])
  else {
    const value = sliceWord(word, equals + 1)
    reader.options.push({ name: only[0], role: only[1].role, value, at: word })
  }
}

function readBundle(reader: Reader, word: Word): void {
  const letters = word.prefix
  for (let at = 1; at < letters.length; at += 1) {
    const name = letters.charAt(at)
    const rule = reader.grammar.table.get(name)
    if (rule === undefined) {
      notUnderstood(reader, word)
      return
    }
    const isLast = at + 1 === letters.length && word.text !== undefined
    if (rule.takes !== 'none' && !isLast && reader.grammar.valuesAreSeparate) {
      notUnderstood(reader, word)
      return
    }
    if (rule.takes !== 'none' && !isLast) {
      takeAttached(reader, word, at, rule)
      return
    }
    takeOption(reader, word, name, rule)
  }
  if (word.text === undefined) notUnderstood(reader, word)
}

/** Programs of Go and of Rust drop a `=` before the value of a short option, and others keep it. */
function takeAttached(reader: Reader, word: Word, at: number, { role }: OptionRule): void {
  const name = word.prefix.charAt(at)
  reader.options.push({ name, role, value: sliceWord(word, at + 1), at: word })
  if (role === 'harmless' || !/^=./.test(word.prefix.slice(at + 1))) return
  reader.options.push({ name, role, value: sliceWord(word, at + 2), at: word })
}

function takeOption(reader: Reader, word: Word, name: string, rule: OptionRule): void {
  const count = rule.takes === 'required' ? 1 : rule.takes === 'two' ? 2 : 0
  const values = reader.args.slice(reader.index, reader.index + count)
  reader.index += count
  if (values.length < count) notUnderstood(reader, word)
  for (const value of values) {
    if (value.isSingle) {
      refuseDash(reader, value)
      continue
    }
    doubt(reader, value)
    reader.operands.push(value)
    if (!reader.grammar.isHarmless) {
      reader.unknowns.push(unknown('the value of an option may be several words', value))
    }
  }
  const value = values.at(-1)
  reader.options.push({
    name,
    role: rule.role,
    at: word,
    ...(value === undefined ? {} : { value })
  })
}

/** A value that looks like an option is one where another version's option takes no value. */
function refuseDash(reader: Reader, value: Word): void {
  if (reader.grammar.isHarmless || !/^-[^\d]/.test(value.prefix)) return
  reader.unknowns.push(unknown('the value of an option looks like an option', value))
}

function notUnderstood(reader: Reader, word: Word): void {
  if (word.text === undefined && reader.grammar.isHarmless) doubt(reader, word)
  else reader.unknowns.push(unknown('an option is not understood', word))
}
