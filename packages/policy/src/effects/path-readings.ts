import { cleanPath } from '../clean-path.ts'
import { absent, type Spellings, spelled } from './effect.ts'
import { percentDecode } from './percent-decode.ts'
import { stripControls } from './strip-controls.ts'

/** A path in every form in which whoever uses it may read it. */
export interface PathReadings {
  readonly spellings: Spellings
  /** The reading that climbs above where it starts, not cleaned, if one does. */
  readonly traversal: string | undefined
  /** Escapes are nested deeper than anybody writes them, so not every reading is here. */
  readonly isTooDeep: boolean
  /** No system takes so long a path, and no reading is here. */
  readonly isTooLong: boolean
}

/** No system takes a longer path: Windows stops here, others far earlier. */
const maxPathLength = 32_767

/** How often a path is decoded. Each step reads it whole, so there has to be an end. */
function maxDecodings(path: string): number {
  return path.length > 4096 ? 1 : 8
}

/**
 * The readings of a path: decoded once, decoded to a fixed point with every step on the way, and as
 * written. An empty path is `.`, which rules for every path cover.
 */
export function pathReadings(path: string): PathReadings {
  if (path === '') return noPath
  if (path.length > maxPathLength) return tooLong
  const stripped = stripControls(path)
  if (stripped === path && !path.includes('%')) {
    const cleaned = cleanPath(path)
    return {
      spellings: spelled(cleaned),
      traversal: climbs(cleaned) ? path : undefined,
      isTooDeep: false,
      isTooLong: false
    }
  }
  const { steps, isTooDeep } = decode(stripped)
  const texts = [...steps, stripped, path]
  const cleaned = texts.map(cleanPath)
  return {
    spellings: { all: [...new Set(cleaned)], wide: [] },
    traversal: texts.find((_, at) => climbs(cleaned[at] as string)),
    isTooDeep,
    isTooLong: false
  }
}

const noPath: PathReadings = Object.freeze({
  spellings: spelled('.'),
  traversal: undefined,
  isTooDeep: false,
  isTooLong: false
})

const tooLong: PathReadings = Object.freeze({ ...noPath, spellings: absent, isTooLong: true })

/** What decoding once, twice, … gives, until nothing is left to decode or the limit is reached. */
function decode(text: string): { readonly steps: readonly string[]; readonly isTooDeep: boolean } {
  const steps: string[] = []
  let last = text
  for (let left = maxDecodings(text); left > 0; left--) {
    const next = percentDecode(last)
    if (next === last) return { steps, isTooDeep: false }
    steps.push(next)
    last = next
  }
  return { steps, isTooDeep: last.includes('%') }
}

/** Whether a cleaned path still climbs: it can only do so with its first element. */
function climbs(path: string): boolean {
  return path === '..' || path.startsWith('../')
}
