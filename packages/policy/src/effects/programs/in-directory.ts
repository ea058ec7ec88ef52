import { withSlash } from '../path-ends.ts'
import type { Word } from '../shell/word.ts'
import { unknown } from './outcomes.ts'
import type { ProgramEffect } from './program-effect.ts'
import { wordAt } from './slice-word.ts'

/**
 * Effects of a program that first goes to another directory: its relative paths start there. What it
 * runs there is unknown, since its own relative paths would mean something else.
 */
export function inDirectory(
  effects: readonly ProgramEffect[],
  directories: readonly Word[]
): readonly ProgramEffect[] {
  return directories.reduceRight<readonly ProgramEffect[]>(
    (inner, directory) => inner.flatMap((effect) => moved(effect, directory)),
    effects
  )
}

function moved(effect: ProgramEffect, directory: Word): readonly ProgramEffect[] {
  switch (effect.kind) {
    case 'read':
    case 'write':
    case 'delete':
      return [{ ...effect, path: joined(directory, effect.path) }]
    case 'run':
    case 'script':
      return [effect, unknown('what it runs is run in another directory', directory)]
    default:
      return [effect]
  }
}

function joined(directory: Word, path: Word): Word {
  const there = joinedPath(directory, path)
  const { tree, named, isPossible } = path
  return {
    ...there,
    ...(tree === undefined ? {} : { tree }),
    ...(named === undefined ? {} : { named }),
    ...(isPossible === undefined ? {} : { isPossible })
  }
}

function joinedPath(directory: Word, path: Word): Word {
  if (/^[/~]/.test(path.prefix)) return path
  if (directory.text === undefined || !directory.isSingle) {
    return wordAt(path, undefined, directory.prefix)
  }
  if (path.text === '.') return wordAt(path, directory.text)
  const start = directory.text === '' ? '' : withSlash(directory.text)
  const text = path.text === undefined ? undefined : `${start}${path.text}`
  return wordAt(path, text, `${start}${path.prefix}`)
}
