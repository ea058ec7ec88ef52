import type { Word } from '../shell/word.ts'
import { knownText } from './slice-word.ts'

const plain = /^[\w.*-]+$/
const braced = /^([\w.*-]*)\{([\w.*,-]+)\}([\w.*-]*)$/

/** Each is compared with each place. */
const maxGlobs = 16

/**
 * The names that globs stand for, as texts in which `*` is anything; undefined where one of them may mean
 * more. Every glob is one for names, not for paths.
 */
export function namesOfGlobs(globs: readonly (Word | undefined)[]): readonly string[] | undefined {
  if (globs.length > maxGlobs) return undefined
  const names = globs.map((glob) => namesOf(knownText(glob) ?? ''))
  return names.length > 0 && names.every((each) => each !== undefined) ? names.flat() : undefined
}

function namesOf(glob: string): readonly string[] | undefined {
  if (plain.test(glob)) return [glob]
  const [, before, inside = '', after] = braced.exec(glob) ?? []
  return before === undefined
    ? undefined
    : inside.split(',').map((part) => `${before}${part}${after}`)
}
