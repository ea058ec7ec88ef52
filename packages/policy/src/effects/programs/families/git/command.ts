import type { Word } from '../../../shell/word.ts'
import { inDirectory } from '../../in-directory.ts'
import { namesOfGlobs } from '../../name-globs.ts'
import { read, script, throughout, unknown, write } from '../../outcomes.ts'
import { type OperandRule, type OptionMeaning, type ProgramSpec, program } from '../../program.ts'
import type { Profile, ProgramEffect } from '../../program-effect.ts'
import { sliceWord, wordOf } from '../../slice-word.ts'
import { logSections, negatable } from './options.ts'
import { remoteEffects } from './remote-url.ts'

/** Operands that lead out of the repository, or into a stored file, are read; others may be files. */
const readsPaths: OperandRule = (operands) =>
  operands.filter(({ text, prefix }) => text !== undefined || prefix.includes('/')).flatMap(named)

/** The same where the text of files is shown: then what is not known may be one of them. */
export const showsPaths: OperandRule = (operands) => operands.flatMap(named)

/** Operands that may be files, which are written. */
export const writesPaths: OperandRule = (operands, parsed) =>
  throughout(
    readsPaths(operands, parsed).map((effect) =>
      effect.kind === 'read' ? { kind: 'write', path: effect.path } : effect
    ),
    'searched'
  )

/** A repository without a directory of its own for git's files: where it is, git follows its settings. */
export function makesBare(directory: Word): readonly ProgramEffect[] {
  return inDirectory(write(wordOf('HEAD', directory)), [directory])
}

/** `HEAD:path`, `:path` and `:0:path` for stored files; `:(magic)path` for files. */
const stored = /^[^:]*:(?:[0-3]:)?(?=[^/!^(])/
const magic = /^:(?:\((?!exclude)[^)]*\)|\/)/
const excluding = /^:(?:[!^]|\(exclude)/

function named(word: Word): readonly ProgramEffect[] {
  const { prefix, text } = word
  if (/^(?:\/|~|\.\.(?:\/|$))/.test(prefix)) return read(word)
  if (excluding.test(prefix)) return []
  const [before = ''] = magic.exec(prefix) ?? stored.exec(prefix) ?? []
  if (before.length === 0) return mayRead(word)
  const path = sliceWord(word, before.length)
  return text === undefined || !before.startsWith(':') ? read(path) : mayRead(path)
}

/** A revision or a file; git reads wildcards as a shell does, and more. */
function mayRead(path: Word): readonly ProgramEffect[] {
  const { text } = path
  if (text === undefined || !/[*?[\\]/.test(text)) return read({ ...path, isPossible: true })
  const name = text.replace(/^.*\//s, '')
  const names = namesOfGlobs([wordOf(name, path)])
  const directory = /^[^*?[\\]*\//.exec(text)?.[0] ?? '.'
  const root: Word = { ...wordOf(directory, path), isPossible: true }
  return throughout(read(root), 'all', names)
}

/** Whether a name is more likely that of a file than of a directory, which is compared with all in it. */
const isFile = ({ text = '' }: Word): boolean => /[^./]\.\w+$/.test(text)

/** Operands of a comparison: files, with `--no-index`. */
export const diffs: OperandRule = (operands, parsed) =>
  parsed.options.some(({ name }) => name === 'no-index')
    ? throughout(operands.flatMap(read), operands.every(isFile) ? 'searched' : 'all')
    : showsPaths(operands, parsed)

/** The first operand is a remote or the address of a repository. */
export const ofRemote: OperandRule = ([first]) => remoteEffects(first)

/** `-L 1,5:file` and `-L :function:file` show lines of a file. */
const linesOfFile: OptionMeaning = ({ value, at }) => {
  const [before = ''] = /^(?::[^:]*:|[^:]*:)/.exec(value?.prefix ?? '') ?? []
  if (value === undefined) return [unknown('an option has no value', at)]
  return value.text === undefined && before === ''
    ? read(value)
    : read(sliceWord(value, before.length))
}

/** The same for what is sent there: a repository on this machine is written. */
export const toRemote: OperandRule = ([first]) => remoteEffects(first).flatMap(written)

function written(effect: ProgramEffect): readonly ProgramEffect[] {
  return effect.kind === 'read' ? [effect, { kind: 'write', path: effect.path }] : [effect]
}

/** A command that takes all options of `git log`. */
export function logging(operands?: OperandRule): Profile {
  return program({
    options: logSections,
    roles: { lines: linesOfFile },
    takesNumbers: true,
    ...(operands === undefined ? {} : { operands })
  })
}

const strategies = /^(?:ours|recursive|resolve|octopus|subtree|ort)$/
const gitRoles: NonNullable<ProgramSpec['roles']> = {
  strategy: ({ value, at }) =>
    strategies.test(value?.text ?? '') ? [] : [unknown('a strategy of git is a program', at)],
  runs: ({ value, at }) => [
    unknown('what it runs is run while history changes', at),
    ...(value === undefined ? [] : script(value, 'sh'))
  ],
  target: ({ value, at }) =>
    value === undefined
      ? [unknown('an option has no value', at)]
      : remoteEffects(value).flatMap(written),
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
