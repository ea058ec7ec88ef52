const maxPaths = 64

const separators = /[,;\n\r]\s*/g
const root = /[\\/~]|[a-z]:[\\/]/iy

/** The paths in a text, where those behind the first one are rooted. At most 64 of them. */
export function splitPaths(text: string): readonly string[] {
  const paths: string[] = []
  let start = 0
  for (const { index, 0: separator } of text.matchAll(separators)) {
    root.lastIndex = index + separator.length
    if (!root.test(text)) continue
    paths.push(text.slice(start, index))
    if (paths.length === maxPaths) return paths
    start = index + separator.length
  }
  return [...paths, text.slice(start)]
}
