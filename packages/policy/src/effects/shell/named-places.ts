import { cleanPath } from '../../clean-path.ts'
import { fileEffects } from '../filesystem.ts'
import { connectEffects } from '../network/network-effects.ts'
import { contextOf, pathsFrom } from './file-place.ts'
import type { ExpandedWord } from './pieces.ts'
import type { Walk } from './walk.ts'

/** Texts that stand for themselves: no escapes, no pattern, and nothing that is not shown. */
const plain = /^[^\p{C}%\\*?[\]{}]+$/u

/** What may stand before a name: `--option=`, `name=`, `@`. */
const lead = /^(?:--?[\w-]+=|\w+=)?@?/

const url = /^[a-z][a-z0-9+.-]*:\/\//i

/**
 * Files and addresses among the arguments of a program of which nothing is known. It may read or ask for each of
 * them, so the rules that restrict are asked about all; what is no plain name is left to the text of the command.
 */
export function namedPlaces(walk: Walk, args: readonly ExpandedWord[]): void {
  for (const word of args) {
    const name = nameIn(walk, word)
    if (name === undefined) continue
    if (url.test(name) && !/^file:/i.test(name)) addressed(walk, word, name)
    else named(walk, word, name)
  }
}

/** What a word may name, without what stands before it. */
function nameIn(walk: Walk, { text }: ExpandedWord): string | undefined {
  if (text === undefined || !plain.test(text)) return undefined
  const start = lead.exec(text)?.[0].length ?? 0
  const name = text.slice(start)
  if (name === '' || (start === 0 && name.startsWith('-'))) return undefined
  // A word such as `build` is hardly a file, unless the line has gone to where it may be one.
  return walk.state.isAtStart && !/[/.~]/.test(name) ? undefined : name
}

function named(walk: Walk, { start, end }: ExpandedWord, name: string): void {
  const path = /^file:/i.test(name) ? name : cleanPath(name)
  // A path that climbs is refused whatever rules say, and that it is a path is not sure.
  if (path.startsWith('..')) return
  for (const text of pathsFrom(walk, path) ?? []) {
    const from = { verb: 'read', text, start, end }
    for (const effect of fileEffects('read', text, contextOf(walk))) {
      if (effect.unknown === undefined) walk.findings.add({ ...effect, derived: 'possible', from })
    }
  }
}

function addressed(walk: Walk, { start, end }: ExpandedWord, address: string): void {
  const from = { verb: 'connect', text: address, start, end }
  for (const effect of connectEffects('url', address, undefined, walk.context)) {
    if (effect.unknown === undefined) walk.findings.add({ ...effect, derived: 'possible', from })
  }
}
