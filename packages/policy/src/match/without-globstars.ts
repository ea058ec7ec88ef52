/** More of them double the number of patterns each. */
const maxGlobstars = 3

/** Patterns that together match all that a path pattern does: `**` is any number of elements, also none. */
export function withoutGlobstars(path: string): readonly string[] {
  const parts = path.split('**')
  if (parts.length - 1 > maxGlobstars) return [parts.join('*').replaceAll(/\/?\*\/?/g, '*')]
  const [head = '', ...tails] = parts
  return tails.reduce<readonly string[]>(
    (patterns, tail) => patterns.flatMap((before) => joined(before, tail)),
    [head]
  )
}

function joined(before: string, tail: string): readonly string[] {
  return [
    `${before}*${tail}`,
    // No element: one of the two slashes goes as well.
    ...(tail.startsWith('/') ? [before + tail.slice(1)] : []),
    ...(tail === '' && before.endsWith('/') ? [before.slice(0, -1)] : [])
  ]
}
