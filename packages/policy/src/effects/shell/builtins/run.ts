import type { ExpandedWord } from '../pieces.ts'
import { type Builtin, nothing, splitArguments, unknown } from './builtin.ts'

/** `command`: runs a program or builtin, past functions; or says what a name is. */
export const command: Builtin = (_, args) => {
  const split = splitArguments(args, 'pvV')
  if (!split) return unknown('an option is only known when it runs')
  if (split.options.some(({ letter }) => letter !== 'p')) return nothing
  return runs(split.operands)
}

/** `builtin`, and what else has no options before the command. */
export const runRest: Builtin = (_, args) => runs(args[0]?.text === '--' ? args.slice(1) : args)

export const exec: Builtin = (_, args) => {
  const split = splitArguments(args, 'cl', 'a')
  return split ? runs(split.operands) : unknown('an option is only known when it runs')
}

/** `jobs -x` runs a command. */
export const jobs: Builtin = (_, args) => {
  if (args.some(({ text, prefix }) => text === undefined || /^-[a-z]*x/.test(prefix))) {
    const at = args.findIndex(({ text }) => text === '-x')
    const effect = unknown('an option runs a command')
    return at === -1 ? effect : [...effect, ...runs(args.slice(at + 1))]
  }
  return nothing
}

/** A word before a command that other shells know: `noglob`, `and`, `begin`. */
export const prefixWord: Builtin = (_, args) => [
  ...unknown('shells differ in what they make of this word'),
  ...runs(args)
]

/** zsh's `repeat 3 command`. */
export const repeat: Builtin = (_, args) => [
  ...unknown('shells differ in what they make of this word'),
  ...runs(args.slice(1))
]

function runs(words: readonly ExpandedWord[]): ReturnType<Builtin> {
  return words.length === 0 ? nothing : [{ kind: 'run', words }]
}
