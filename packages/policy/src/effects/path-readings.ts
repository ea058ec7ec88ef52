import { cleanPath } from '../clean-path.ts'
import { type EffectContext, unknownContext } from './context.ts'
import { absent, type Spellings, spelled } from './effect.ts'
import { foldPath, isFoldable } from './fold-path.ts'
import { parseUrl } from './network/platform-url.ts'
import { pathDecodings } from './path-decodings.ts'
import { expandPath, kernelPath } from './special-path.ts'
import { windowsPath } from './windows-path.ts'

/** A path in every form in which whoever uses it may read it. */
export interface PathReadings {
  readonly spellings: Spellings
  /** The reading that climbs above where it starts, not cleaned, if one does. */
  readonly traversal: string | undefined
  /** Why the path, or what it leads to, cannot be known. */
  readonly unknown: string | undefined
  /** No system takes so long a path, and no reading is here. */
  readonly isTooLong: boolean
  /** The absolute paths to open, not cleaned; undefined if one of them is not known. */
  readonly opened: readonly string[] | undefined
  /** Other machines that the path leads to. */
  readonly hosts: readonly string[]
}

/** No system takes a longer path: Windows stops here, others far earlier. */
const maxPathLength = 32_767

/** What makes a path more than its text. */
const special =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are special
  /[\u0000-\u001f\u007f-\uffff%\\~:$]|^\/\/|[. ](?:\/|$)|\/(?:proc|dev|private|System)(?:\/|$)/i
const upper = /[A-Z]/

/**
 * The readings of a path: as written, decoded to a fixed point with every step on the way, and as other
 * systems and the kernel read it. An empty path is `.`, which rules for every path cover.
 */
export function pathReadings(path: string, context: EffectContext = unknownContext): PathReadings {
  if (path === '') return noPath
  if (path.length > maxPathLength) return tooLong
  if (isPlaceUnknown(context) && !special.test(path)) return plainReadings(path)
  return new Reader(context).read(path)
}

/** Whether a context adds nothing to the text of a path. */
function isPlaceUnknown({ cwd, home, resolve }: EffectContext): boolean {
  return cwd === undefined && home === undefined && resolve === undefined
}

function plainReadings(path: string): PathReadings {
  const cleaned = cleanPath(path)
  return {
    ...noPath,
    spellings: upper.test(cleaned)
      ? { all: [cleaned], wide: [foldPath(cleaned)] }
      : spelled(cleaned),
    traversal: climbs(cleaned) ? path : undefined
  }
}

const noPath: PathReadings = Object.freeze({
  spellings: spelled('.'),
  traversal: undefined,
  unknown: undefined,
  isTooLong: false,
  opened: [],
  hosts: []
})

const tooLong: PathReadings = Object.freeze({ ...noPath, spellings: absent, isTooLong: true })

/** Collects the readings of one path. */
class Reader {
  readonly #context: EffectContext
  /** Readings that an allowance needs, with their other names. */
  readonly #all = new Map<string, readonly string[]>()
  readonly #wide = new Set<string>()
  readonly #opened = new Set<string>()
  readonly #hosts = new Set<string>()
  #isRelative = false
  #traversal: string | undefined
  #unknown: string | undefined

  constructor(context: EffectContext) {
    this.#context = context
  }

  read(path: string): PathReadings {
    const decodings = pathDecodings(path)
    this.#unknown = decodings.unknown
    for (const text of decodings.all) this.#readText(text)
    for (const text of decodings.wide) this.#addWide(cleanPath(text))
    return {
      spellings: this.#spellings(),
      traversal: this.#traversal,
      unknown: this.#unknown,
      isTooLong: false,
      opened: this.#isRelative ? undefined : [...this.#opened],
      hosts: [...this.#hosts]
    }
  }

  #readText(text: string): void {
    this.#noteClimb(text)
    if (!text.isWellFormed()) this.#doubt('the path has half a character')
    if (!isFoldable(text)) this.#doubt('the path has more marks than any writing')
    if (/^file:/i.test(text)) this.#readFileUrl(text)
    const windows = windowsPath(text)
    if (windows?.host !== undefined) this.#hosts.add(windows.host)
    this.#doubt(windows?.unknown)
    if (windows?.text !== undefined) this.#addWindows(windows.text)
    // A path on a drive is a path of Windows, and nothing else.
    if (!/^[a-z]:\//i.test(windows?.text ?? '')) this.#addUnix(text)
    else this.#addWide(cleanPath(absolutePath(text, this.#context) ?? text))
  }

  #readFileUrl(text: string): void {
    const url = parseUrl(text)
    if (url === null) {
      this.#doubt('the path is a URL that cannot be read')
      return
    }
    if (url.hostname !== '') {
      this.#hosts.add(url.hostname)
      this.#doubt('the path is on another machine')
    }
    const path = url.pathname.replace(/^\/(?=[a-z]:(?:\/|$))/i, '')
    const decodings = pathDecodings(path)
    this.#doubt(decodings.unknown)
    for (const one of decodings.all) {
      if (/^[a-z]:(?:\/|$)/i.test(one)) this.#addWindows(windowsPath(one)?.text ?? one)
      else this.#addUnix(one)
    }
  }

  /** With slashes or with backslashes: Windows takes both, and so may rules. */
  #addWindows(text: string): void {
    if (!/^[a-z]:/i.test(text)) {
      this.#addUnix(text)
      return
    }
    this.#all.set(text, [text.replaceAll('/', '\\')])
    this.#isRelative = true
    // For rules that do not name a drive.
    this.#addWide(text.slice(2))
  }

  #addUnix(text: string): void {
    this.#noteClimb(text)
    const expanded = expandPath(text, this.#context)
    this.#doubt(expanded.unknown)
    for (const one of expanded.wide) this.#addWide(one)
    const absolute = absolutePath(expanded.text, this.#context)
    if (absolute === undefined) {
      this.#isRelative = true
      this.#all.set(cleanPath(expanded.text), [])
      return
    }
    const kernel = kernelPath(absolute, this.#context)
    this.#doubt(kernel.unknown)
    for (const one of kernel.wide) this.#addWide(one)
    this.#opened.add(absolute)
    const cleaned = cleanPath(absolute)
    this.#all.set(cleaned, namesOf(cleaned, this.#context))
    if (/^\/(?:private|System\/Volumes\/Data)\//i.test(cleaned))
      this.#addWide(withoutVolume(cleaned))
  }

  #noteClimb(text: string): void {
    if (climbs(cleanPath(text))) this.#traversal ??= text
  }

  #addWide(text: string): void {
    this.#wide.add(text)
  }

  #doubt(unknown: string | undefined): void {
    this.#unknown ??= unknown
  }

  #spellings(): Spellings {
    const all = [...this.#all.keys()]
    const names = [...this.#all.values()]
    const folded = [...all, ...names.flat(), ...this.#wide].map(foldAndClean)
    const wide = new Set([...this.#wide, ...folded])
    for (const text of [...all, ...names.flat()]) wide.delete(text)
    const spellings = { all, wide: [...wide] }
    return names.some((others) => others.length > 0) ? { ...spellings, names } : spellings
  }
}

/** Folding may make elements of `.` and `..`. */
function foldAndClean(text: string): string {
  const folded = foldPath(text)
  return folded === text ? text : cleanPath(folded)
}

function absolutePath(text: string, { cwd }: EffectContext): string | undefined {
  if (text.startsWith('/')) return text
  return cwd?.startsWith('/') ? `${cwd}/${text}` : undefined
}

/**
 * Other names of a cleaned absolute path: seen from the working directory, as relative paths in rules
 * are, and from the home directory.
 */
export function namesOf(path: string, { cwd, home }: EffectContext): readonly string[] {
  const names: string[] = []
  const fromCwd = below(path, cwd)
  // A name that would mean something else as the beginning of a path is none.
  if (fromCwd !== undefined && !/^~|^[a-z]:/i.test(fromCwd)) names.push(fromCwd || '.')
  const fromHome = below(path, home)
  if (fromHome !== undefined) names.push(fromHome === '' ? '~' : `~/${fromHome}`)
  return names
}

/** The rest of a path behind a directory; undefined if it is not there. */
function below(path: string, directory: string | undefined): string | undefined {
  if (!directory?.startsWith('/')) return undefined
  const cleaned = cleanPath(directory)
  if (path === cleaned) return ''
  const prefix = cleaned === '/' ? '/' : `${cleaned}/`
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
}

/** Where macOS keeps /etc, /tmp and /var, and its second name for everything. */
function withoutVolume(path: string): string {
  return path.replace(/^\/System\/Volumes\/Data(?=\/)/i, '').replace(/^\/private(?=\/)/i, '')
}

/** Whether a cleaned path still climbs: it can only do so with its first element. */
function climbs(path: string): boolean {
  return path === '..' || path.startsWith('../')
}
