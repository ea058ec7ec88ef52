import { cleanPath } from '../../clean-path.ts'
import type { EffectContext } from '../context.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

/** What is done with a file. */
export type FileVerb = 'read' | 'write' | 'delete'

/**
 * On another machine a path is another file. No allow rule speaks of it, and none has to: the rule for the
 * command that goes there is enough. What is forbidden by its name here is forbidden there as well.
 */
export function derivationOf(walk: Walk, word: Word): 'possible' | 'certain' {
  return walk.isElsewhere || word.isPossible ? 'possible' : 'certain'
}

/** What is known of the place where a command runs. */
export function contextOf({ context, isElsewhere }: Walk): EffectContext {
  if (!isElsewhere) return context
  const { resolve: _, ...rest } = context
  return rest
}

/** Where a path leads from each directory in which the shell may be. */
export function pathsFrom(walk: Walk, path: string): readonly string[] | undefined {
  const { directories, isAtStart } = walk.state
  const isAbsolute = path.startsWith('/') || path.startsWith('~') || /^[a-z]+:\/\//i.test(path)
  if (isAtStart || isAbsolute || path === '') return [path]
  return directories?.map((directory) => joinPath(directory, path))
}

/** A path seen from a directory, without the climbing that the two can settle between them. */
export function joinPath(directory: string, path: string): string {
  return directory === '' ? path : cleanPath(`${directory}/${path}`)
}
