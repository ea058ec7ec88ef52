import { absent, type Effect, spelled } from '../effect.ts'
import { fileEffects } from '../filesystem.ts'
import { contextOf, derivationOf, type FileVerb, joinPath, pathsFrom } from './file-place.ts'
import { anyName, globFinding, mayBePlace } from './glob-findings.ts'
import { belowRoot, withTree } from './tree-effects.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

/** What a command does with a file that one of its words names. */
export function fileFinding(walk: Walk, verb: FileVerb, word: Word): void {
  const { text, start, end } = word
  if (word.below !== undefined && !walk.context.resolve) {
    for (const root of word.below) fileFinding(walk, verb, belowRoot(root, word))
    return
  }
  if (text === undefined && globFinding(walk, verb, word)) return
  if (text === undefined) {
    unknownFile(walk, verb, word)
    return
  }
  const paths = pathsFrom(walk, text)
  if (!paths) {
    unknownFile(walk, verb, word)
    return
  }
  for (const path of paths) {
    const from = { verb, text: path, start, end }
    for (const effect of fileEffects(verb, path, contextOf(walk))) {
      const derived = derivationOf(walk, word)
      walk.findings.add({ ...withTree(effect, word, walk.context), derived, from })
    }
    namedFindings(walk, word, path)
  }
}

/** Who searches only files with some name means files with that name. */
function namedFindings(walk: Walk, { tree, named, start, end }: Word, path: string): void {
  if (tree !== 'searched' || named === undefined) return
  for (const name of named) {
    if (!walk.findings.canStep()) return
    const from = { verb: 'read', text: joinPath(path, name), start, end }
    const text = joinPath(path, name.replaceAll('*', anyName))
    for (const effect of fileEffects('read', text, contextOf(walk))) {
      walk.findings.add({ ...effect, derived: 'possible', from })
    }
  }
}

function unknownFile(walk: Walk, verb: FileVerb, word: Word): void {
  // What a process substitution stands for is judged by the commands inside it.
  if (isPipe(walk, word)) return
  const effect: Effect = {
    scope: 'filesystem',
    action: spelled(verb),
    command: absent,
    // A rule for every path is one for this path too.
    path: { all: [], wide: ['.'] },
    domain: absent,
    derived: 'possible',
    unknown: `which file it would ${verb} is only known when it runs`,
    from: { verb, text: walk.source.slice(word.start, word.end), start: word.start, end: word.end }
  }
  walk.findings.add(effect)
  if (verb === 'read') return
  // A path of which not even the beginning is known may be anywhere; a glob is where it stands.
  if (word.prefix === '' && !word.allStartWithPrefix) {
    walk.findings.add({ ...effect, isProtected: true })
  }
  if (mayBePlace(walk, word)) walk.findings.add({ ...effect, isProtected: true })
  // What is known of the beginning may already be a place where nobody should write.
  for (const known of fileEffects(verb, `${word.prefix}x`, walk.context)) {
    if (known.isProtected) walk.findings.add({ ...effect, isProtected: true })
  }
}

function isPipe(walk: Walk, { prefix, start, end }: Word): boolean {
  if (!prefix.startsWith('/dev/fd/')) return false
  return /^[<>]\(/.test(walk.within ? '' : walk.source.slice(start, end))
}
