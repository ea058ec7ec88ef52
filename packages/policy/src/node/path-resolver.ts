import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import type { ResolvePath } from '../effects/context.ts'

/** What Linux follows in one path. */
const maxLinks = 40

/**
 * Creates a resolver that asks this machine's disk, for policies whose actions run on this machine, in
 * this file system and with no more rights than this process has.
 *
 * It follows every link of an absolute path, also one that leads to what does not exist yet; of a new
 * file it is the directory that is real. It answers undefined, which allows nothing, for what it may not
 * read, for links in a circle and for whatever else fails.
 *
 * Synchronous: a check waits for one `realpath` (some 10 µs when the directories are cached, as long as
 * the disk takes when not). A hard link is a name like any other, and no resolver can tell: keep places
 * where agents write on a file system of their own, and what they must not change off it. What a link
 * leads to may change between the verdict and the action; that is for a sandbox to prevent.
 */
export function createPathResolver(): ResolvePath {
  return (path) => {
    // Such a text cannot be given to the system as it is.
    if (!path.startsWith('/') || !path.isWellFormed()) return undefined
    try {
      return wellRead(path, realpathSync.native(path))
    } catch (error) {
      return isMissing(error) ? resolveMissing(path) : undefined
    }
  }
}

/** Node reads names that are not UTF-8 with characters in the place of bytes: another name. */
function wellRead(path: string, real: string): string | undefined {
  return real.includes('\ufffd') && !path.includes('\ufffd') ? undefined : real
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function resolveMissing(path: string): string | undefined {
  try {
    const real = walk(path)
    return real === undefined ? undefined : wellRead(path, real)
  } catch {
    return undefined
  }
}

/** Goes from name to name as the system does, until nothing is there any more. */
function walk(path: string): string | undefined {
  const left = path.split('/').reverse()
  let real = ''
  let links = 0
  while (left.length > 0) {
    const name = left.pop() as string
    if (name === '' || name === '.') continue
    if (name === '..') {
      real = real.slice(0, Math.max(real.lastIndexOf('/'), 0))
      continue
    }
    const next = `${real}/${name}`
    const stats = lstatSync(next, { throwIfNoEntry: false })
    if (!stats) return withRest(next, left)
    if (!stats.isSymbolicLink()) {
      real = next
      continue
    }
    links += 1
    if (links > maxLinks) return undefined
    const target = readlinkSync(next)
    if (target.startsWith('/')) real = ''
    left.push(...target.split('/').reverse())
  }
  return real === '' ? '/' : real
}

/** Below what does not exist there are no links, and no way up that would mean anything. */
function withRest(missing: string, left: readonly string[]): string | undefined {
  const rest = left.filter((name) => name !== '' && name !== '.').reverse()
  return rest.includes('..') ? undefined : [missing, ...rest].join('/')
}
