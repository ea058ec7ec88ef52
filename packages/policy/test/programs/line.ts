import type { ProgramEffect } from '../../src/effects/programs/program-effect.ts'
import { profileOf } from '../../src/effects/programs/table.ts'
import type { Word } from '../../src/effects/shell/word.ts'

const token = /'([^']*)'|"([^"]*)"|\\([\s\S])|(\s+)|([^\s'"\\]+)/g

interface Draft {
  text: string
  isKnown: boolean
  isSingle: boolean
  isGlob: boolean
  start: number
}

/**
 * The words of a simple command, for tests: quotes and backslashes as in a shell; `$x` is a text that
 * is not known, quoted one word, unquoted any number; `*` and `?` make a glob of a word.
 */
export function wordsOf(line: string): readonly Word[] {
  const words: Word[] = []
  let draft: Draft | undefined
  const end = (at: number): void => {
    if (draft !== undefined) words.push(finished(draft, at))
    draft = undefined
  }
  for (const match of line.matchAll(token)) {
    const [, single, double, escaped, blank, plain] = match
    if (blank !== undefined) {
      end(match.index)
      continue
    }
    draft ??= { text: '', isKnown: true, isSingle: true, isGlob: false, start: match.index }
    extend(draft, single ?? escaped ?? '')
    if (double !== undefined) extendQuoted(draft, double)
    if (plain !== undefined) extendPlain(draft, plain)
  }
  end(line.length)
  return words
}

function extend(draft: Draft, text: string): void {
  if (draft.isKnown) draft.text += text
}

function extendQuoted(draft: Draft, text: string): void {
  const dollar = text.search(/\$[\w{(]/)
  extend(draft, dollar < 0 ? text : text.slice(0, dollar))
  if (dollar >= 0) draft.isKnown = false
}

function extendPlain(draft: Draft, text: string): void {
  const special = text.search(/\$[\w{(]|[*?]/)
  extend(draft, special < 0 ? text : text.slice(0, special))
  if (special < 0) return
  draft.isKnown = false
  if (text.charAt(special) === '$') draft.isSingle = false
  else draft.isGlob = true
}

function finished({ text, isKnown, isSingle, isGlob, start }: Draft, end: number): Word {
  const word = { text: isKnown ? text : undefined, prefix: text, start, end }
  if (!isSingle) return { ...word, isSingle: false }
  return isGlob
    ? { ...word, isSingle: false, allStartWithPrefix: true }
    : { ...word, isSingle: true }
}

/** What the profile of a line's program says; undefined without a profile. */
export function effectsOf(line: string): readonly ProgramEffect[] | undefined {
  const [name, ...args] = wordsOf(line)
  return profileOf(name?.text?.split('/').pop() ?? '')?.(args)
}

const shown = ({ text, prefix }: Word): string => text ?? `${prefix}…`

/** One line of text for an effect. */
export function show(effect: ProgramEffect): string {
  switch (effect.kind) {
    case 'unknown':
      return 'unknown'
    case 'run':
      return ['run', ...effect.words.map(shown), ...(effect.addsArguments ? ['…'] : [])].join(' ')
    case 'script':
      return `${effect.shell} ${shown(effect.text)}`
    case 'assign':
      return `assign ${effect.name}`
    case 'print':
      return `print ${shown(effect.names)}`
    case 'connect':
      return [effect.method ?? 'connect', shown(effect.target)].join(' ')
    default:
      return `${effect.kind} ${shown(effect.path)}`
  }
}
