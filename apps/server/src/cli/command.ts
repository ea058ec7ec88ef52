import { printable } from '@agentguard/protocol/printable'
import { closest } from '../closest.ts'
import { type Arguments, type Flag, type Flags, listedFlags, parseArguments } from './flags.ts'
import type { Io } from './io.ts'
import { asksForJson, reportFailure } from './printer.ts'

/** What may stand on the line besides flags, for completion: files, some words, or nothing to say. */
type Positional = 'file' | readonly string[] | undefined

export interface CommandSpec<F extends Flags> {
  /** Its word; two, if it is a part of another. */
  readonly name: string
  /** What the command does, in one line. */
  readonly summary: string
  /** What may follow the name of the command. */
  readonly synopsis: string
  readonly flags: F
  /** What else there is to know, as paragraphs. */
  readonly notes?: readonly string[]
  /** Command lines without the name of the program, each with what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  readonly positional?: Positional
  /** The exit code for a line that is wrong. @defaultValue 2 */
  readonly usageExit?: number
  /** What to say about a flag that does not exist. @defaultValue that it does not */
  readonly unknownFlag?: (name: string) => string | undefined
  /** Does the work. Resolves to the exit code. */
  run(args: Arguments<F>, io: Io): Promise<number>
}

export interface Command {
  readonly name: string
  readonly summary: string
  readonly flags: Flags
  readonly positional: Positional
  /** The help text. */
  readonly usage: string
  /** Parses the line and does the work. Resolves to the exit code. */
  run(args: readonly string[], io: Io): Promise<number>
}

/** Creates a command that parses its own line and explains itself. */
export function createCommand<const F extends Flags>(spec: CommandSpec<F>): Command {
  const { name, summary, flags, positional, usageExit = 2, unknownFlag } = spec
  const usage = formatUsage(spec)
  return {
    name,
    summary,
    flags,
    positional,
    usage,
    async run(args, io) {
      const parsed = parseArguments(args, flags, {
        unknownFlag: (flag) => unknownFlag?.(flag) ?? describeUnknown(flag, flags)
      })
      if (parsed.ok) return spec.run(parsed, io)
      if (parsed.reason === 'help') {
        io.err(usage)
        return 0
      }
      reportWrongLine({ message: parsed.message, usage, isJson: asksForJson(args) }, io)
      return usageExit
    }
  }
}

/** Says what is wrong with a line, and to a person also how it would be right. */
export function reportWrongLine(
  wrong: { readonly message: string; readonly usage: string; readonly isJson: boolean },
  io: Io
): void {
  const { message, usage, isJson } = wrong
  if (isJson) reportFailure({ message, code: 'wrong_line' }, { isJson }, io)
  else io.err(`${printable(message)}\n${usage}`)
}

function describeUnknown(name: string, flags: Flags): string {
  const likely = closest(name, Object.keys(flags))
  const meant = likely === undefined ? '' : ` (did you mean --${likely}?)`
  return `flag provided but not defined: -${name}${meant}`
}

function formatUsage<F extends Flags>(spec: CommandSpec<F>): string {
  const { name, summary, synopsis, flags, notes = [], examples } = spec
  const lines = [`Usage: agentguard ${name} ${synopsis}`.trimEnd(), '', summary]
  const listed = listedFlags(flags)
  if (listed.length > 0) lines.push('', 'Flags:')
  for (const [flag, what] of listed) lines.push(...formatFlag(flag, what))
  for (const note of notes) lines.push('', note)
  lines.push('', 'Examples:')
  for (const [line, meaning] of examples) lines.push(`  # ${meaning}`, `  agentguard ${line}`)
  return `${lines.join('\n')}\n`
}

function formatFlag(name: string, flag: Flag): string[] {
  const value = flag.value === undefined ? '' : ` <${flag.value}>`
  const text = flag.defaultText ?? String(flag.default)
  return [
    `  --${name}${value}`,
    `        ${flag.meaning} (default: ${text === '' ? 'none' : text})`
  ]
}
