const ignorable = /\p{Default_Ignorable_Code_Point}/gu
/** More marks on one character than any writing has; putting them in order is not linear. */
const manyMarks = /\p{M}{31}/u
const mayFold = /[A-Z\\]|[^\u0020-\u007e]/
const mayBeUnicode = /[^\u0020-\u007e]/

/**
 * A path, or a pattern for paths, without what file systems that ignore it tell apart: case, Unicode
 * forms, invisible characters, and the direction of slashes. Deny and approval rules compare these.
 */
export function foldPattern(text: string): string {
  if (!mayFold.test(text)) return text
  if (!mayBeUnicode.test(text)) return text.toLowerCase().replaceAll('\\', '/')
  if (!isFoldable(text)) return text
  const plain = text.normalize('NFKC').replace(ignorable, '').replaceAll('\\', '/')
  // Upper case first: `ß` is `SS` there, and both are `ss` in the end.
  return plain.toUpperCase().toLowerCase().normalize('NFKC')
}

const mayShorten = /[ .](?:\/|$)|[:~]/

/** Whether a text can be folded; one that no writing has is left as it is. */
export function isFoldable(text: string): boolean {
  return !manyMarks.test(text)
}

/** Folds a path, and drops what Windows drops: dots and spaces at the end of a name, and streams. */
export function foldPath(path: string): string {
  const folded = foldPattern(path)
  return mayShorten.test(folded) ? folded.split('/').map(shorten).join('/') : folded
}

function shorten(name: string, at: number): string {
  const isDrive = at === 0 && /^[a-z]:$/.test(name)
  if (isDrive || name === '.' || name === '..') return name
  const stream = name.indexOf(':', 1)
  const file = (stream === -1 ? name : name.slice(0, stream)).replace(/(?<![ .])[ .]+$/, '')
  return file === 'git~1' ? '.git' : file
}

/** Where home directories usually are. */
const homes = ['/home/*', '/Users/*', '/root']

/**
 * The patterns for which a restrictive rule's entry of `paths` stands: itself, the same without regard to
 * case, and, for one in the home directory, whose home nobody says, every home.
 */
export function widePaths(path: string): readonly string[] {
  const places = path.startsWith('~/') ? homes.map((home) => home + path.slice(1)) : []
  return [...new Set([path, ...places].flatMap((one) => [one, foldPattern(one)]))]
}
