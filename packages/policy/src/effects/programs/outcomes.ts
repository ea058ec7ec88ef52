import type { Tree, Word } from '../shell/word.ts'
import type { ProgramEffect } from './program-effect.ts'

/** A program does something that cannot be known. */
export function unknown(reason: string, at?: Word): ProgramEffect {
  return at === undefined ? { kind: 'unknown', reason } : { kind: 'unknown', reason, at }
}

/** A program reads a file; `-` is its standard input. */
export function read(path: Word): readonly ProgramEffect[] {
  return path.text === '-' ? [] : [{ kind: 'read', path }]
}

/** The same for a program that shows only what it finds in the file, or how much that is. */
export function search(path: Word): readonly ProgramEffect[] {
  return read(path.below === undefined ? path : { ...path, isSearched: true })
}

/** The same for a program that shows no more of the file than its name, size and dates. */
export function list(path: Word): readonly ProgramEffect[] {
  return read(path.text === undefined ? { ...path, isSearched: true, isListed: true } : path)
}

/** A program writes a file; `-` is its standard output. */
export function write(path: Word): readonly ProgramEffect[] {
  return path.text === '-' ? [] : [{ kind: 'write', path }]
}

/** A program removes a file. */
export function remove(path: Word): readonly ProgramEffect[] {
  return [{ kind: 'delete', path }]
}

/** What a program does to paths, it does to all that is below them, or to what has one of some names. */
export function throughout(
  effects: readonly ProgramEffect[],
  tree: Tree | undefined,
  named?: readonly string[]
): readonly ProgramEffect[] {
  if (tree === undefined) return effects
  return effects.map((effect) =>
    'path' in effect
      ? { ...effect, path: { ...effect.path, tree, ...(named === undefined ? {} : { named }) } }
      : effect
  )
}

/** What is run is run on another machine or in a container. */
export function elsewhere(effects: readonly ProgramEffect[]): readonly ProgramEffect[] {
  return effects.map((effect) =>
    effect.kind === 'run' || effect.kind === 'script' ? { ...effect, isElsewhere: true } : effect
  )
}

/** A program opens a connection to a host. */
export function connectTo(target: Word): readonly ProgramEffect[] {
  return [{ kind: 'connect', form: 'host', target }]
}

/** The same for what may be no host at all. */
export function mayConnectTo(target: Word): readonly ProgramEffect[] {
  return [{ kind: 'connect', form: 'host', target, isPossible: true }]
}

/** A program runs another one, when words are left for it. */
export function run(words: readonly Word[], addsArguments = false): readonly ProgramEffect[] {
  const [first] = words
  if (first === undefined) return []
  if (first.prefix.startsWith('-')) {
    const at = words.findIndex(({ prefix }) => !prefix.startsWith('-'))
    const rest = at < 0 ? [] : words.slice(at)
    return [unknown('an option stands where a program should', first), ...run(rest)]
  }
  return [addsArguments ? { kind: 'run', words, addsArguments } : { kind: 'run', words }]
}

/** The same for a program that gets the further arguments from its input, each up to a NUL. */
export function runOnNames(words: readonly Word[]): readonly ProgramEffect[] {
  return run(words, true).map((effect) =>
    effect.kind === 'run' ? { ...effect, takesNames: true } : effect
  )
}

/** A program gives a text to a shell. */
export function script(text: Word, shell: string): readonly ProgramEffect[] {
  return [{ kind: 'script', text, shell }]
}

const assignment = /^([A-Za-z_][A-Za-z0-9_]*(?:%%|\(\))?)=/

/** Words of the form `NAME=value` set variables, the others are run: env, sudo. */
export function runAssigned(words: readonly Word[]): readonly ProgramEffect[] {
  const end = words.findIndex(({ prefix }) => !prefix.includes('='))
  const assigned = end < 0 ? words : words.slice(0, end)
  return [
    ...assigned.map((at): ProgramEffect => {
      const name = assignment.exec(at.prefix)?.[1]
      return name === undefined || !at.isSingle
        ? unknown('which variable is set is not certain', at)
        : { kind: 'assign', name, at }
    }),
    ...run(end < 0 ? [] : words.slice(end))
  ]
}
