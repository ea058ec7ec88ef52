import { printable } from '@agentguard/protocol/printable'
import { closest } from '../closest.ts'
import { type Arguments, type Flag, type Flags, parseArguments } from './flags.ts'
import type { Io } from './io.ts'

export interface CommandSpec<F extends Flags> {
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
  /** The help text. */
  readonly usage: string
  /** Parses the line and does the work. Resolves to the exit code. */
  run(args: readonly string[], io: Io): Promise<number>
}

/** Creates a command that parses its own line and explains itself. */
export function createCommand<const F extends Flags>(spec: CommandSpec<F>): Command {
  const { name, summary, flags, usageExit = 2, unknownFlag } = spec
  const usage = formatUsage(spec)
  return {
    name,
    summary,
    flags,
    usage,
    async run(args, io) {
      const parsed = parseArguments(args, flags, {
        unknownFlag: (flag) => unknownFlag?.(flag) ?? describeUnknown(flag, flags)
      })
      if (parsed.ok) return spec.run(parsed, io)
      if (parsed.reason === 'invalid') io.err(`${printable(parsed.message)}\n`)
      io.err(usage)
      return parsed.reason === 'help' ? 0 : usageExit
    }
  }
}

function describeUnknown(name: string, flags: Flags): string {
  const likely = closest(name, Object.keys(flags))
  const meant = likely === undefined ? '' : ` (did you mean --${likely}?)`
  return `flag provided but not defined: -${name}${meant}`
}

function formatUsage<F extends Flags>(spec: CommandSpec<F>): string {
  const { name, summary, synopsis, flags, notes = [], examples } = spec
  const lines = [`Usage: agentguard ${name} ${synopsis}`.trimEnd(), '', summary]
  const names = Object.keys(flags)
  if (names.length > 0) lines.push('', 'Flags:')
  for (const flag of names) lines.push(...formatFlag(flag, flags[flag] as Flag))
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
