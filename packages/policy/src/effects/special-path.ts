import { cleanPath } from '../clean-path.ts'
import type { EffectContext } from './context.ts'

/** What the kernel or a shell makes of a path beyond its text. */
export interface SpecialPath {
  /** The path that it stands for, not cleaned; the path itself where it stands for nothing else. */
  readonly text: string
  /** Where it may lead, for deny and approval rules. */
  readonly wide: readonly string[]
  readonly unknown?: string
}

const variable = /(?:^|\/)\$(?:[A-Z_][A-Z0-9_]*|\{[A-Za-z_][A-Za-z0-9_]*\})(?=\/|$)|^%[A-Za-z_]+%/
const home = /^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/
const workingDirectory = /^(?:~\+|\$PWD|\$\{PWD\})(?=\/|$)/
const user = /^~(-|\d+|[a-z_][a-z0-9_.-]*)(?=\/|$)/i

/** Expands what stands for a directory at the beginning of a path. */
export function expandPath(path: string, context: EffectContext): SpecialPath {
  if (!/^[~$%]|\/\$/.test(path)) return { text: path, wide: [] }
  if (home.test(path)) return expandHome(path.replace(home, ''), path, context)
  if (workingDirectory.test(path)) {
    return { text: path.replace(workingDirectory, context.cwd ?? '.'), wide: [path] }
  }
  const name = user.exec(path)?.[1]
  if (name !== undefined) {
    const rest = path.slice(name.length + 1)
    const homes = name === 'root' ? ['/root'] : [`/home/${name}`, `/Users/${name}`]
    const wide = homes.map((directory) => cleanPath(directory + rest))
    return { text: path, wide, unknown: 'the path is in the home directory of somebody' }
  }
  const isVariable = variable.test(path)
  return isVariable
    ? { text: path, wide: [], unknown: 'the path depends on a variable' }
    : { text: path, wide: [] }
}

/** Of an unknown home directory, the usual ones are known to deny rules. */
function expandHome(rest: string, path: string, context: EffectContext): SpecialPath {
  if (context.home?.startsWith('/')) return { text: context.home + rest, wide: [cleanPath(path)] }
  const wide = ['/root', '/home/~', '/Users/~'].map((directory) => cleanPath(directory + rest))
  return { text: `~${rest}`, wide, unknown: 'the home directory is not known' }
}

/** The last one counts: each starts again from the root. */
const magicLink =
  /^[\s\S]*\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?\/(root|cwd)(?:\/([\s\S]*))?$/i
const descriptor =
  /^\/dev\/(?:fd|stdin|stdout|stderr)(?:\/|$)|^\/proc\/[^/]+\/(?:task\/[^/]+\/)?(?:fd|map_files|exe)(?:\/|$)/i

/** Reads what the kernel makes of an absolute path that is not cleaned: magic links and descriptors. */
export function kernelPath(path: string, context: EffectContext): SpecialPath {
  if (!/\/(?:proc|dev)\//i.test(path)) return { text: path, wide: [] }
  const cleaned = cleanPath(path)
  const link = magicLink.exec(path.replace(/\/{2,}/g, '/')) ?? magicLink.exec(cleaned)
  if (link) {
    const [, kind, rest = ''] = link
    const base = kind?.toLowerCase() === 'root' ? '/' : (context.cwd ?? '.')
    const wide = [cleanPath(`${base}/${rest}`)]
    return { text: path, wide, unknown: 'the path goes through a link of the kernel' }
  }
  return descriptor.test(cleaned)
    ? { text: path, wide: [], unknown: 'the path names an open file' }
    : { text: path, wide: [] }
}
