/** Finds which of many ASCII literals stand where in a text, without regard to case. */
export interface LiteralIndex<T> {
  /** Calls back for each literal in the text, from left to right, with its start and its end. */
  visit(text: string, found: (entry: T, start: number, end: number) => void): void
}

const width = 128

/**
 * Builds an index: a trie with one row of `width` per node, so that a step is one look-up. Both cases of
 * a letter lead to the same node.
 */
export function createLiteralIndex<T>(
  entries: readonly (readonly [literal: string, entry: T])[]
): LiteralIndex<T> {
  const nodeLimit = entries.reduce((sum, [literal]) => sum + literal.length, 1)
  const next = new Uint16Array(nodeLimit * width)
  const ends: T[][] = [[]]
  for (const [literal, entry] of entries) {
    let node = 0
    for (const char of literal) {
      const row = node * width
      const upper = row + char.toUpperCase().charCodeAt(0)
      if (next[upper] === 0) next[upper] = ends.push([]) - 1
      node = next[upper] as number
      next[row + char.toLowerCase().charCodeAt(0)] = node
    }
    ends[node]?.push(entry)
  }

  function visitAt(
    text: string,
    start: number,
    found: (entry: T, start: number, end: number) => void
  ) {
    let node = 0
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at)
      node = code < width ? (next[node * width + code] as number) : 0
      if (node === 0) return
      for (const entry of ends[node] as T[]) found(entry, start, at + 1)
    }
  }

  /** Whether a literal starts with these two characters, or is the first of them alone. */
  const pairs = new Uint8Array(width * width)
  for (let first = 0; first < width; first++) {
    const node = next[first] as number
    if (node === 0) continue
    for (let second = 0; second < width; second++) {
      const starts = ends[node]?.length !== 0 || next[node * width + second] !== 0
      pairs[first * width + second] = starts ? 1 : 0
    }
  }

  return {
    visit(text, found) {
      let code = text.charCodeAt(0)
      for (let at = 0; at < text.length; at++) {
        // At the end of the text the pair has a NUL, as if it were in the text.
        const after = at + 1 < text.length ? text.charCodeAt(at + 1) : 0
        if (code < width && pairs[code * width + (after < width ? after : 0)] === 1) {
          visitAt(text, at, found)
        }
        code = after
      }
    }
  }
}
