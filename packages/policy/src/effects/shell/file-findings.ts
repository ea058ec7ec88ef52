import { cleanPath } from '../../clean-path.ts'
import type { EffectContext } from '../context.ts'
import { absent, type Effect, type Spellings, spelled } from '../effect.ts'
import { fileEffects } from '../filesystem.ts'
import { connectEffects } from '../network/network-effects.ts'
import { holdsOwnFile, mayBeOwnFile, mayBeProtected } from '../protected-places.ts'
import type { ExpandedWord } from './pieces.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

type FileVerb = 'read' | 'write' | 'delete'

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

/** In the place of what a pattern stands for: no slash, and no text that anybody writes. */
const anyName = '\ufffc'.repeat(8)

/**
 * The files that a pattern such as `src/*.ts` stands for: below a directory that is known, with names
 * that are not. False where even that cannot be told.
 */
function globFinding(walk: Walk, verb: FileVerb, word: Word): boolean {
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
function mayBePlace(walk: Walk, word: Word): boolean {
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

/** A path in every way in which a rule may name it. */
function spelledTexts({ all, wide, names = [] }: Spellings): readonly string[] {
  return [...new Set([...all, ...wide, ...names.flat()])]
}

/**
 * On another machine a path is another file. No allow rule speaks of it, and none has to: the rule for the
 * command that goes there is enough. What is forbidden by its name here is forbidden there as well.
 */
function derivationOf(walk: Walk, word: Word): 'possible' | 'certain' {
  return walk.isElsewhere || word.isPossible ? 'possible' : 'certain'
}

function contextOf({ context, isElsewhere }: Walk): EffectContext {
  if (!isElsewhere) return context
  const { resolve: _, ...rest } = context
  return rest
}

/** A program that itself goes below what it is given meets other names than those it is given. */
function belowRoot(root: Word, { tree, isSearched }: Word): Word {
  const { named: _, ...all } = root
  const reached = tree === undefined ? root : all
  if (root.tree === 'followed' || tree === 'followed') return { ...reached, tree: 'followed' }
  return { ...reached, tree: isSearched || tree === 'searched' ? 'searched' : 'all' }
}

function treeOf({ tree }: Word): Pick<Effect, 'tree'> {
  return tree === undefined ? {} : { tree: tree === 'followed' ? 'all' : tree }
}

/** An effect of a program that does the same to all that is below the path. */
function withTree(effect: Effect, word: Word, context: EffectContext): Effect {
  if (word.tree === undefined || effect.scope !== 'filesystem') return effect
  const leads = word.tree === 'followed' && context.resolve !== undefined
  const unknown = effect.unknown ?? (leads ? 'links below the path may lead elsewhere' : undefined)
  const isOwn = !effect.action.all.includes('read') && holdsOwnFile(effect.path, context)
  return {
    ...effect,
    ...treeOf(word),
    ...(isOwn && word.tree !== 'searched' ? { isOwn } : {}),
    gapped: textsBelow(effect.path, context).flatMap((root) =>
      (word.named ?? ['*']).map((name) => [
        root,
        ...name.split('*').slice(name.startsWith('*') ? 1 : 0)
      ])
    ),
    ...(unknown === undefined ? {} : { unknown })
  }
}

/** All that is below a path, in every way in which a rule may name it. */
function textsBelow(path: Spellings, { cwd, home }: EffectContext): readonly string[] {
  const roots = spelledTexts(path).map((text) => (text === '.' ? '' : text.replace(/\/*$/, '/')))
  const covers = (directory: string | undefined): boolean =>
    roots.some((root) => {
      if (root === '' || directory === undefined) return /^[/~]/.test(root)
      return `${cleanPath(directory)}/`.startsWith(root)
    })
  // Rules may name what is below the working directory or the home directory from there.
  if (covers(cwd)) roots.push('')
  if (covers(home)) roots.push('~/')
  return [...new Set(roots)]
}

/** Where a path leads from each directory in which the shell may be. */
function pathsFrom(walk: Walk, path: string): readonly string[] | undefined {
  const { directories, isAtStart } = walk.state
  const isAbsolute = path.startsWith('/') || path.startsWith('~') || /^[a-z]+:\/\//i.test(path)
  if (isAtStart || isAbsolute || path === '') return [path]
  return directories?.map((directory) => joinPath(directory, path))
}

/** A path seen from a directory, without the climbing that the two can settle between them. */
export function joinPath(directory: string, path: string): string {
  return directory === '' ? path : cleanPath(`${directory}/${path}`)
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

/** Where a command connects to. */
export function connectFinding(
  walk: Walk,
  target: {
    readonly form: 'url' | 'host'
    readonly text: string | undefined
    readonly port?: string | undefined
    readonly method?: string | undefined
    readonly word: Word
  }
): void {
  const { form, text, port, method, word } = target
  const from = {
    verb: method ?? 'connect',
    text: text ?? word.prefix,
    start: word.start,
    end: word.end
  }
  if (text === undefined || word.text === undefined) {
    const unknown = 'where it connects to is only known when it runs'
    walk.findings.add({
      scope: 'network',
      action: spelled(method ?? 'connect'),
      command: absent,
      path: spelled('.'),
      domain: absent,
      derived: 'possible',
      unknown,
      from
    })
    return
  }
  const place = port === undefined ? text : `${text}:${port}`
  for (const effect of connectEffects(form, place, method, walk.context)) {
    walk.findings.add({ ...effect, derived: 'certain', from: { ...from, text: place } })
  }
}
