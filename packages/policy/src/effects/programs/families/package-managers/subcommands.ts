import type { Word } from '../../../shell/word.ts'
import { writes } from '../../operands.ts'
import { run, unknown } from '../../outcomes.ts'
import { parseArguments } from '../../parse-arguments.ts'
import { grammarOf, type OperandRule, type ProgramSpec, program } from '../../program.ts'
import type { Profile, ProgramEffect } from '../../program-effect.ts'

/** A program with subcommands whose ordinary ones are judged by the text of the command. */
export interface SubcommandSpec extends ProgramSpec {
  /** Subcommands that do what their name says, separated by blanks. */
  readonly ordinary: string
  /** Subcommands that run the words after them. */
  readonly runs?: string
  /** Options of such subcommands, before the words. */
  readonly runOptions?: ProgramSpec['options']
  /** Subcommands whose operands are things to get. */
  readonly gets?: string
  /** What getting one of them does. */
  readonly got?: OperandRule
  /** Subcommands whose operands are directories that they make or fill. */
  readonly makes?: string
  /** Subcommands with a rule of their own. */
  readonly special?: Readonly<Record<string, Profile>>
  /** What a subcommand is that is not listed; without it, unknown. */
  readonly otherwise?: Profile
}

const split = (text = ''): ReadonlySet<string> =>
  new Set(text.split(/\s+/).filter((name) => name !== ''))

/** The profile of a program with subcommands. */
export function withSubcommands(spec: SubcommandSpec): Profile {
  const { ordinary, runs, gets, got, makes, special, otherwise, runOptions, ...own } = spec
  const base: ProgramSpec = {
    roles: own.roles ?? {},
    options: own.options ?? {},
    hasOneDash: own.hasOneDash ?? false
  }
  const ordinaryNames = split(ordinary)
  const runNames = split(runs)
  const getNames = split(gets)
  const makeNames = split(makes)
  const specialNames = new Map(Object.entries(special ?? {}))
  const grammar = grammarOf({ ...base, order: 'first' })
  const plain = program(base)
  const getting = program({ ...base, ...(got === undefined ? {} : { operands: got }) })
  const making = program({ ...base, operands: writes })
  const running = program({
    options: { ...base.options, ...runOptions },
    roles: base.roles ?? {},
    hasOneDash: base.hasOneDash ?? false,
    order: 'first',
    operands: (words) =>
      words.length === 0 ? [unknown('a shell or a prompt is started')] : run(words)
  })
  const after = (
    name: string,
    words: readonly Word[],
    rest: readonly Word[]
  ): readonly ProgramEffect[] => {
    const profile = specialNames.get(name)
    if (profile !== undefined) return profile(rest)
    if (runNames.has(name)) return running(rest)
    if (getNames.has(name)) return getting(rest)
    if (makeNames.has(name)) return making(rest)
    if (ordinaryNames.has(name)) return plain(rest)
    return otherwise === undefined
      ? [unknown('a subcommand is not understood', words[0])]
      : otherwise(words)
  }
  return (args) => {
    const { operands } = parseArguments(args, grammar)
    const before = plain(args.slice(0, args.length - operands.length))
    const [first, ...rest] = operands
    if (first === undefined) return before
    if (!first.isSingle || first.text === undefined)
      return [...before, unknown('a subcommand is not known', first)]
    return [...before, ...after(first.text, operands, rest)]
  }
}
