import type { Word } from '../shell/word.ts'
import { type OptionSections, optionTable } from './option-table.ts'
import { read, remove, unknown, write } from './outcomes.ts'
import {
  type FoundOption,
  type Grammar,
  type ParsedArguments,
  parseArguments
} from './parse-arguments.ts'
import type { Profile, ProgramEffect } from './program-effect.ts'
import { keepsPrefix, wordAt } from './slice-word.ts'

/** What a program does with its operands. */
export type OperandRule = (
  operands: readonly Word[],
  parsed: ParsedArguments
) => readonly ProgramEffect[]

/** What an option does. */
export type OptionMeaning = (option: FoundOption) => readonly ProgramEffect[]

/** A program whose arguments follow the usual rules, as data. */
export interface ProgramSpec {
  readonly options?: OptionSections
  /** What the sections of `options` mean that do not mean the same everywhere. */
  readonly roles?: Readonly<Record<string, OptionMeaning>>
  /** What it does with its operands; without it, nothing but what its name says. */
  readonly operands?: OperandRule
  readonly order?: Grammar['order']
  readonly hasOneDash?: boolean
  readonly takesNumbers?: boolean
  readonly valuesAreSeparate?: boolean
  /** No option of it, in any common implementation, can do more than its operands do. */
  readonly isHarmless?: boolean
}

const common: Readonly<Record<string, OptionMeaning>> = {
  harmless: () => [],
  reads: ({ value }) => (value === undefined ? [] : read(value)),
  writes: ({ value }) => (value === undefined ? [] : write(value)),
  deletes: ({ value }) => (value === undefined ? [] : remove(value)),
  // A file with the names of files, which are shown where they do not exist.
  lists: ({ value, at }) => [
    ...(value === undefined ? [] : read(value)),
    unknown('which files it reads is said in another one', at)
  ],
  unknown: ({ at }) => [unknown('an option can do more than can be known', at)]
}

/** The profile of a program from its data. */
export function program(spec: ProgramSpec): Profile {
  const grammar = grammarOf(spec)
  const meanings = new Map(Object.entries({ ...common, ...spec.roles }))
  for (const role of Object.keys(spec.options ?? {})) {
    if (!meanings.has(role)) throw new Error(`no meaning of the options: ${role}`)
  }
  const operands = spec.operands ?? nothing
  const files = Object.keys(spec.options ?? {}).filter((role) =>
    /^(?:reads|lists|writes)$/.test(role)
  )
  // A word that may be an option of a harmless program may name the file of one.
  const possible = (word: Word): readonly ProgramEffect[] =>
    files.flatMap((role) => {
      const path = endOf(word)
      return role === 'writes' ? write(path) : read(path)
    })
  return (args) => {
    const parsed = parseArguments(args, grammar)
    return [
      ...parsed.unknowns,
      ...parsed.options.flatMap((option) => meanings.get(option.role)?.(option) ?? []),
      ...(grammar.isHarmless ? parsed.uncertain.flatMap(possible) : []),
      ...operands(parsed.operands, parsed)
    ]
  }
}

const informing = optionTable({ harmless: 'help version' })

/** How the program of a spec reads its options. */
export function grammarOf(spec: ProgramSpec): Grammar {
  const options = spec.options ?? {}
  return {
    table: new Map([...informing, ...optionTable(options)]),
    order: spec.order ?? 'anywhere',
    hasOneDash: spec.hasOneDash ?? false,
    takesNumbers: spec.takesNumbers ?? false,
    valuesAreSeparate: spec.valuesAreSeparate ?? false,
    isHarmless: spec.isHarmless ?? false
  }
}

/** The file that a word names behind an option: of a glob, one with a name from the same directory. */
function endOf(word: Word): Word {
  return keepsPrefix(word) && word.prefix === ''
    ? { ...word, mayBeHidden: true }
    : wordAt(word, undefined, '')
}

function nothing(): readonly ProgramEffect[] {
  return []
}
