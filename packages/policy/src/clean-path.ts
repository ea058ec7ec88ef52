const slash = 0x2f
const dot = 0x2e

/**
 * Cleans a path lexically, as Unix reads it: no empty and no `.` elements, `..` applied where that
 * is possible without asking the disk.
 *
 * Linear, and without allocation for a path that is clean already. Backslash and glob characters
 * are ordinary text. Nothing is left of `''` but `.`.
 */
export function cleanPath(path: string): string {
  return isCleanPath(path) ? path : rebuild(path)
}

function isCleanPath(path: string): boolean {
  if (path === '/' || path === '.') return true
  const rooted = path.charCodeAt(0) === slash
  let start = rooted ? 1 : 0
  // Only the leading `..` of a relative path may stay.
  let mayClimb = !rooted
  for (let at = start; at <= path.length; at++) {
    if (at < path.length && path.charCodeAt(at) !== slash) continue
    const element = elementKind(path, start, at)
    if (element === 'void' || (element === 'up' && !mayClimb)) return false
    mayClimb &&= element === 'up'
    start = at + 1
  }
  return true
}

function elementKind(path: string, start: number, end: number): 'void' | 'up' | 'name' {
  const length = end - start
  if (length === 0) return 'void'
  if (length > 2 || path.charCodeAt(start) !== dot) return 'name'
  if (length === 1) return 'void'
  return path.charCodeAt(start + 1) === dot ? 'up' : 'name'
}

function rebuild(path: string): string {
  const rooted = path.charCodeAt(0) === slash
  const kept: string[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    if (element !== '..') kept.push(element)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!rooted) kept.push('..')
  }
  const joined = kept.join('/')
  if (rooted) return `/${joined}`
  return joined === '' ? '.' : joined
}
