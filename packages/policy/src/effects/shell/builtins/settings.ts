import { joinPath } from '../file-place.ts'
import type { ExpandedWord } from '../pieces.ts'
import { type Builtin, nothing, splitArguments, unknown } from './builtin.ts'

const safeOptions: ReadonlySet<string> = new Set(
  'errexit nounset pipefail xtrace verbose noglob noclobber allexport errtrace functrace notify hashall'.split(
    ' '
  )
)

/** `set`: options that change when the shell stops or what it shows, and the positional parameters. */
export const set: Builtin = (_, args) => {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as ExpandedWord
    if (endsOptions(word)) return nothing
    if (!/^[-+][euxvfCaETbho]*$/.test(word.text ?? '')) return unset(word)
    const name = word.text?.endsWith('o') ? args[++at] : undefined
    if (name && !safeOptions.has(name.text ?? '')) return unset(name)
  }
  return nothing
}

/** Whether what follows are the positional parameters. */
function endsOptions({ text, prefix }: ExpandedWord): boolean {
  if (text === '-' || text === '--') return true
  return text === undefined ? /^[^-+]/.test(prefix) : !/^[-+]/.test(text)
}

function unset(at: ExpandedWord | undefined): ReturnType<Builtin> {
  return unknown('an option changes how the shell reads commands', at)
}

const safeShopts: ReadonlySet<string> = new Set(
  'failglob huponexit checkwinsize inherit_errexit extglob'.split(' ')
)

export const shopt: Builtin = (_, args) => {
  const split = splitArguments(args, 'supq')
  if (!split) return unknown('an option changes how the shell reads commands')
  const bad = split.operands.find(({ text }) => !safeShopts.has(text ?? ''))
  return bad ? unknown('an option changes how the shell reads commands', bad) : nothing
}

/** `alias` with a value changes which command a later word is. */
export const alias: Builtin = (walk, args) => {
  const definitions = args.filter(({ prefix, text }) => text === undefined || prefix.includes('='))
  for (const { text, start, end } of definitions) {
    const value = text?.slice(text.indexOf('=') + 1)
    if (value !== undefined)
      walk.interpreter.text(
        walk.fork().with({ deeper: true }),
        value,
        walk.within ?? { start, end }
      )
  }
  return definitions.length > 0
    ? unknown('an alias changes what later words mean', definitions[0])
    : nothing
}

/** `hash -p` says where a program is to be found. */
export const hash: Builtin = (walk, args) => {
  const split = splitArguments(args, 'lrdt', 'p')
  const path = split?.options.find(({ letter }) => letter === 'p')?.value
  if (!split || path) {
    const words = path ? [path, ...(split?.operands ?? [])] : []
    return [
      ...unknown('it changes which program a name stands for', path),
      ...(words.length > 0 && walk.depth >= 0
        ? [{ kind: 'run', words: words.slice(0, 1), addsArguments: true } as const]
        : [])
    ]
  }
  // zsh: `hash name=path`.
  const named = args.find(({ text }) => text === undefined || text.includes('='))
  return named === undefined
    ? nothing
    : unknown('it changes which program a name stands for', named)
}

/** `enable` loads code and switches builtins off. */
export const enable: Builtin = (_, args) =>
  args.length === 0 ? nothing : unknown('it changes which builtins there are', args[0])

export const bind: Builtin = (_, args) =>
  args.length === 0 ? nothing : unknown('it binds commands to keys', args[0])

export const history: Builtin = (_, args) =>
  args.every(({ text }) => text !== undefined && /^\d+$/.test(text))
    ? nothing
    : unknown('it edits or runs earlier commands', args[0])

/** No system goes to a longer path. */
const maxPathLength = 4096

/** `cd`: where relative paths lead from here on. */
export const cd: Builtin = (walk, args) => {
  const split = splitArguments(args, 'LPe@')
  // With two, zsh and ksh replace the one by the other in the name of the directory.
  const [target, another] = split?.operands ?? []
  const { directories } = walk.state
  const isPhysical = split?.options.some(({ letter }) => letter === 'P') ?? true
  if (
    !split ||
    isPhysical ||
    !target ||
    another ||
    target.text === undefined ||
    target.text === '-' ||
    target.text === ''
  ) {
    walk.state.directories = undefined
    return nothing
  }
  const { text } = target
  const isRooted = text.startsWith('/') || text.startsWith('~')
  const next = isRooted ? [text] : directories?.map((one) => joinPath(one, text) || '.')
  walk.state.directories = next?.some(({ length }) => length > maxPathLength) ? undefined : next
  return nothing
}

export const moveSomewhere: Builtin = (walk) => {
  walk.state.directories = undefined
  return nothing
}

/** Ends or leaves something; what is left out by it was not needed. */
export const leave: Builtin = () => nothing
