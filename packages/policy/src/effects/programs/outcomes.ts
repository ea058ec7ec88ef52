import type { Word } from '../shell/word.ts'
import type { ProgramEffect } from './program-effect.ts'

/** A program does something that cannot be known. */
export function unknown(reason: string, at?: Word): ProgramEffect {
  return at === undefined ? { kind: 'unknown', reason } : { kind: 'unknown', reason, at }
}

/** A program reads a file; `-` is its standard input. */
export function read(path: Word): readonly ProgramEffect[] {
  return path.text === '-' ? [] : [{ kind: 'read', path }]
}

/** A program writes a file; `-` is its standard output. */
export function write(path: Word): readonly ProgramEffect[] {
  return path.text === '-' ? [] : [{ kind: 'write', path }]
}

/** A program removes a file. */
export function remove(path: Word): readonly ProgramEffect[] {
  return [{ kind: 'delete', path }]
}

/** A program opens a connection to a host. */
export function connectTo(target: Word): readonly ProgramEffect[] {
  return [{ kind: 'connect', form: 'host', target }]
}

/** A program runs another one, when words are left for it. */
export function run(words: readonly Word[], addsArguments = false): readonly ProgramEffect[] {
  const [first] = words
  if (first === undefined) return []
  if (first.prefix.startsWith('-')) {
    return [unknown('an option stands where a program should', first), ...run(words.slice(1))]
  }
  return [addsArguments ? { kind: 'run', words, addsArguments } : { kind: 'run', words }]
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
