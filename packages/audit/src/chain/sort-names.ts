/** Longer lists than this are left to the engine: a caller chooses how many members there are. */
const maxInserted = 24

/**
 * Sorts names by their UTF-16 code units, in place. Objects have few members, mostly in order, and the engine's
 * own sort costs more for them than their canonical JSON.
 */
export function sortNames(names: string[]): string[] {
  if (names.length > maxInserted) return names.sort()
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string
    let at = end
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string
    names[at] = name
  }
  return names
}
