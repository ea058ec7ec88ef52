import type { Command } from './command.ts'
import { isFlag, splitFlag } from './flags.ts'

/** What a line names. */
export interface FoundCommand {
  /** The command; undefined if there is none of that name. */
  readonly command: Command | undefined
  /** The words of the line that name it, or name nothing. */
  readonly words: readonly string[]
  /** The line without the words of the command. */
  readonly rest: readonly string[]
}

/**
 * Finds the command of a line: its first one or two arguments that are neither a flag nor the value of
 * one. Flags may stand before, between and behind them.
 */
export function findCommand(
  args: readonly string[],
  commands: ReadonlyMap<string, Command>
): FoundCommand {
  const all = [...commands.values()]
  const first = nextWord(args, 0, all)
  if (first < 0) return { command: undefined, words: [], rest: args }
  const word = args[first] as string
  const parts = all.filter(({ name }) => name.startsWith(`${word} `))
  const base = commands.get(word)
  const rest = args.toSpliced(first, 1)
  if (parts.length === 0) return { command: base, words: [word], rest }
  const second = nextWord(rest, first, base ? [base, ...parts] : parts)
  const part = second < 0 ? undefined : commands.get(`${word} ${rest[second]}`)
  if (part) return { command: part, words: part.name.split(' '), rest: rest.toSpliced(second, 1) }
  const words = second < 0 || base ? [word] : [word, rest[second] as string]
  return { command: base, words, rest }
}

/** The position, from one on, of the first argument that is neither a flag nor the value of one. */
function nextWord(args: readonly string[], from: number, commands: readonly Command[]): number {
  for (let at = from; at < args.length; at++) {
    const arg = args[at] as string
    if (!isFlag(arg)) return at
    if (arg === '--') return -1
    if (takesValue(arg, commands)) at++
  }
  return -1
}

/** Whether a flag in front of the command takes the next argument: if it does in every command. */
function takesValue(arg: string, commands: readonly Command[]): boolean {
  const { name, text } = splitFlag(arg)
  const known = commands.flatMap(({ flags }) => (Object.hasOwn(flags, name) ? [flags[name]] : []))
  return text === undefined && known.length > 0 && known.every((flag) => flag?.value !== undefined)
}
