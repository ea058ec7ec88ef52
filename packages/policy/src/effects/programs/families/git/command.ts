import { read, script, unknown } from '../../outcomes.ts'
import { type OperandRule, type ProgramSpec, program } from '../../program.ts'
import type { Profile } from '../../program-effect.ts'
import { sliceWord } from '../../slice-word.ts'
import { negatable } from './options.ts'
import { remoteEffects } from './remote-url.ts'

/** Operands that lead out of the repository, or into a stored file, are read. */
export const readsPaths: OperandRule = (operands) =>
  operands.flatMap((word) => {
    if (/^(?:\/|~|\.\.(?:\/|$))/.test(word.prefix)) return read(word)
    const colon = word.text?.indexOf(':') ?? -1
    return colon > 0 && colon + 1 < (word.text ?? '').length ? read(sliceWord(word, colon + 1)) : []
  })

/** Operands of a comparison: files, with `--no-index`. */
export const diffs: OperandRule = (operands, parsed) =>
  parsed.options.some(({ name }) => name === 'no-index')
    ? operands.flatMap(read)
    : readsPaths(operands, parsed)

/** The first operand is a remote or the address of a repository. */
export const ofRemote: OperandRule = ([first]) => remoteEffects(first)

const strategies = /^(?:ours|recursive|resolve|octopus|subtree|ort)$/
const gitRoles: NonNullable<ProgramSpec['roles']> = {
  strategy: ({ value, at }) =>
    strategies.test(value?.text ?? '') ? [] : [unknown('a strategy of git is a program', at)],
  runs: ({ value, at }) => [
    unknown('what it runs is run while history changes', at),
    ...(value === undefined ? [] : script(value, 'sh'))
  ],
  repository: ({ value, at }) =>
    value === undefined ? [unknown('an option has no value', at)] : remoteEffects(value)
}

/** One subcommand; every flag in its list may be negated. */
export function command(
  harmless: string,
  sections: Readonly<Record<string, string>> = {},
  operands: OperandRule = readsPaths,
  isHarmless = false
): Profile {
  const options = { harmless: negatable(harmless), ...sections }
  return program({ options, roles: gitRoles, operands, isHarmless, takesNumbers: true })
}

/** A subcommand with subcommands of its own. */
export function nested(commands: Readonly<Record<string, Profile>>): Profile {
  const table = new Map(Object.entries(commands))
  return (args) => {
    const [first, ...rest] = args
    const name = first?.text ?? (first === undefined ? '' : undefined)
    const profile = name === undefined ? undefined : table.get(name)
    if (profile !== undefined) return profile(rest)
    const bare = first?.prefix.startsWith('-') === true ? table.get('') : undefined
    return bare === undefined ? [unknown('a subcommand is not understood', first)] : bare(args)
  }
}

/** A subcommand without options of interest. */
export const nothing: Profile = command('v,verbose q,quiet', {}, () => [], true)
