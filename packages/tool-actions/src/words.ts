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

const lowered = /^[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)*$/
const humped = /^[a-z]{2}[a-zA-Z0-9]*$/
const hump = /([A-Z]+)([a-z0-9]*)/g

/** Whether a name is spelled as arguments are: `file_path`, `file-path`, `filePath`, `fileURL`. */
export function isUsual(name: string): boolean {
  if (name.length > 256) return false
  if (lowered.test(name)) return true
  return humped.test(name) && [...name.matchAll(hump)].every(isUsualHump)
}

/** A single capital begins a word, and so does the last of many; two of them are a word of their own. */
function isUsualHump([, capitals = '', rest = '']: readonly string[]): boolean {
  if (capitals.length === 1) return rest !== ''
  return capitals.length > 2 || !/[a-z]/.test(rest)
}
