import { cleanPath } from '../../clean-path.ts'
import { absent, type Effect, spelled } from '../effect.ts'
import { fileEffects } from '../filesystem.ts'
import { connectEffects } from '../network/network-effects.ts'
import type { Walk } from './walk.ts'
import type { Word } from './word.ts'

/** What a command does with a file that one of its words names. */
export function fileFinding(walk: Walk, verb: 'read' | 'write' | 'delete', word: Word): void {
  const { text, start, end } = word
  if (text === undefined) return unknownFile(walk, verb, word)
  const paths = pathsFrom(walk, text)
  if (!paths) return unknownFile(walk, verb, word)
  for (const path of paths) {
    const from = { verb, text: path, start, end }
    for (const effect of fileEffects(verb, path, walk.context)) {
      walk.findings.add({ ...effect, derived: 'certain', from })
    }
  }
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

function unknownFile(walk: Walk, verb: 'read' | 'write' | 'delete', word: Word): void {
  // What a process substitution stands for is judged by the commands inside it.
  if (isPipe(walk, word)) return
  const effect: Effect = {
    scope: 'filesystem',
    action: spelled(verb),
    command: absent,
    path: absent,
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
    return walk.findings.add({
      scope: 'network',
      action: spelled(method ?? 'connect'),
      command: absent,
      path: spelled('.'),
      domain: absent,
      derived: 'possible',
      unknown,
      from
    })
  }
  const place = port === undefined ? text : `${text}:${port}`
  for (const effect of connectEffects(form, place, method, walk.context)) {
    walk.findings.add({ ...effect, derived: 'certain', from: { ...from, text: place } })
  }
}
