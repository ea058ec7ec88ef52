/** Format characters show nothing, and some programs drop them. */
const invisible = /\p{Cf}/gu
const humps = /([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g

/** The words of a name such as `file_path`, `filePath`, `file-path` or `FILE PATH`, in lower case. */
export function wordsOf(name: string): readonly string[] {
  if (name.length > 256) return []
  return name
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(humps, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

// Each run of capitals can be read in one way: with more, the number of readings would grow exponentially.
const usual =
  /^(?:[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)*|[a-z]{2}[a-z0-9]*(?:[A-Z][a-z0-9]+|[A-Z]{2,}(?![A-Z])[0-9]*(?![a-z0-9])|[A-Z]{3,}[0-9]*[a-z][a-z0-9]*)*)$/

/** Whether a name is spelled as arguments are: `file_path`, `file-path`, `filePath`. */
export function isUsual(name: string): boolean {
  return name.length <= 256 && usual.test(name)
}
