import { type Effect, type Spellings, spelledTexts } from '../effect.ts'
import { fileEffects } from '../filesystem.ts'
import { mayBeOwnFile, mayBeProtected } from '../protected-places.ts'
import { contextOf, derivationOf, type FileVerb, pathsFrom } from './file-place.ts'
import type { ExpandedWord } from './pieces.ts'
import { treeOf } from './tree-effects.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

/** In the place of what a pattern stands for: no slash, and no text that anybody writes. */
export const anyName: string = '\ufffc'.repeat(8)

/**
 * The files that a pattern such as `src/*.ts` stands for: below a directory that is known, with names
 * that are not. False where even that cannot be told.
 */
export function globFinding(walk: Walk, verb: FileVerb, word: Word): boolean {
  const pieces = 'pieces' in word ? (word as ExpandedWord).pieces : []
  const isGlob = pieces.every((piece) => piece.kind === 'text' || piece.shape === 'glob')
  if (pieces.length === 0 || !isGlob || walk.context.resolve) return false
  const filled = pieces.map((piece) => (piece.kind === 'text' ? piece.text : anyName)).join('')
  // `.*` may be `..` as well.
  if (new RegExp(`(^|/)\\.[^/]*${anyName}`).test(filled)) return false
  const paths = pathsFrom(walk, filled)
  if (!paths) return false
  const from = {
    verb,
    text: walk.source.slice(word.start, word.end),
    start: word.start,
    end: word.end
  }
  for (const path of paths) {
    for (const effect of fileEffects(verb, path, contextOf(walk))) {
      addGlob(walk, verb, word, { ...effect, derived: derivationOf(walk, word), from })
    }
  }
  return true
}

/** For what the pattern itself stands for, no rule is less strict than for a file that is named. */
function addGlob(walk: Walk, verb: FileVerb, word: Word, effect: Effect): void {
  const texts = namesAround(effect.path)
  const gapped = word.mayBeHidden ? [...texts, ...texts.map(hidden)] : texts
  const inside = word.tree ? texts.map(below) : []
  const found = { ...effect, ...dangersOf(walk, verb, word, [...gapped, ...inside]) }
  walk.findings.add({ ...found, gapped, ...(word.isListed ? { tree: 'listed' } : {}) })
  if (word.tree) walk.findings.add({ ...found, ...treeOf(word), gapped: inside })
}

/** What stands around the names of a pattern, in every way in which a rule may name the path. */
function namesAround(path: Spellings): readonly (readonly string[])[] {
  return spelledTexts(path)
    .map((text) => text.split(anyName))
    .filter(({ length }) => length > 1)
}

function below(texts: readonly string[]): readonly string[] {
  return [...texts.slice(0, -1), `${texts.at(-1)}/`, '']
}

/** The same names with the dot that hides a file before them. */
function hidden([before = '', ...rest]: readonly string[]): readonly string[] {
  return [`${before}.`, ...rest]
}

/**
 * Whether what is known of a path could be a part of a place where nobody should write: `.bash$x`, `.git/$x`. A
 * name of which nothing is known may be any; that it is such a place is only likely in a few directories.
 */
export function mayBePlace(walk: Walk, word: Word): boolean {
  const pieces = 'pieces' in word ? (word as ExpandedWord).pieces : undefined
  const known = pieces?.map((piece) => (piece.kind === 'text' ? piece.text : anyName)).join('')
  const filled = (known ?? `${word.prefix}${anyName}`).replace(wholeName, 'x')
  if (filled.startsWith(anyName) || !filled.includes(anyName)) return false
  const paths = pathsFrom(walk, filled) ?? [filled]
  return paths
    .flatMap((path) => fileEffects('write', path, contextOf(walk)))
    .some(({ path }) => spelledTexts(path).some((text) => mayBeProtected(text.split(anyName))))
}

/** A name of which nothing is known, but in directories of which most names are places. */
const wholeName = new RegExp(`(?<=^|/)(?<!\\.(?:git|vscode|config)/)(?:${anyName})+(?=/|$)`, 'gi')

/** What is dangerous to change, among the paths that a pattern may stand for. */
function dangersOf(
  walk: Walk,
  verb: FileVerb,
  word: Word,
  gapped: readonly (readonly string[])[]
): Pick<Effect, 'isProtected' | 'isOwn'> {
  if (verb === 'read') return {}
  return {
    ...(mayBePlace(walk, word) ? { isProtected: true } : {}),
    ...(gapped.some((texts) => mayBeOwnFile(texts, walk.context)) ? { isOwn: true } : {})
  }
}
