import type { Word } from '../../../shell/word.ts'
import { connectTo, read, unknown } from '../../outcomes.ts'
import type { ProgramEffect } from '../../program-effect.ts'
import { wordOf } from '../../slice-word.ts'

const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)/i
const scp = /^(?:[^@/:]*@)?(\[[^\]]*\]|[^/:]+):/

/**
 * What git does with the address of a repository: an address with `::` or an unknown scheme names a
 * program that git runs.
 */
export function repositoryEffects(word: Word): readonly ProgramEffect[] {
  const { text, prefix } = word
  const known = text ?? prefix
  if (known.includes('::')) return [unknown('git runs a program for such an address', word)]
  const [, scheme = '', host = ''] = url.exec(known) ?? []
  if (scheme !== '') return byScheme(scheme.toLowerCase(), host, word)
  const [, name] = scp.exec(known) ?? []
  if (name !== undefined) return connectTo(wordOf(name, word))
  return text === undefined ? [unknown('which repository is meant is not known', word)] : read(word)
}

function byScheme(scheme: string, host: string, word: Word): readonly ProgramEffect[] {
  if (scheme === 'http' || scheme === 'https') {
    return [{ kind: 'connect', form: 'url', target: word }]
  }
  if (/^(?:git|ssh|git\+ssh|ssh\+git|ftps?)$/.test(scheme)) {
    const isWhole = word.text !== undefined || word.prefix.endsWith('/')
    return isWhole ? connectTo(wordOf(host, word)) : [unknown('a host is not known', word)]
  }
  if (scheme !== 'file') return [unknown('git runs a program for such an address', word)]
  if (word.text === undefined) return [unknown('which repository is meant is not known', word)]
  return read(wordOf(word.text.slice('file://'.length), word))
}

/** An operand that is the name of a remote, or the address of a repository. */
export function remoteEffects(word: Word | undefined): readonly ProgramEffect[] {
  if (word === undefined || /^(?:origin|upstream)$/.test(word.text ?? '')) return []
  const isName = word.text !== undefined && /^(?!\.{1,2}$)[\w.-]+$/.test(word.text)
  // Where no remote has the name, it is that of a directory.
  return isName ? read({ ...word, isPossible: true }) : repositoryEffects(word)
}
