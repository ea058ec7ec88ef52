/** A path without `.`, empty elements and a `..` that has something to take back. */
export function naiveClean(path: string): string {
  const rooted = path.startsWith('/')
  let kept: string[] = []
  for (const element of path.split('/')) {
    if (element === '' || element === '.') continue
    const before = kept.at(-1)
    if (element !== '..') kept = [...kept, element]
    else if (before !== undefined && before !== '..') kept = kept.slice(0, -1)
    else if (!rooted) kept = [...kept, '..']
  }
  const text = (rooted ? '/' : '') + kept.join('/')
  return text === '' ? '.' : text
}
