import { cleanPath } from '../clean-path.ts'
import { type Spellings, spelled } from './effect.ts'
import { percentDecode } from './percent-decode.ts'
import { stripControls } from './strip-controls.ts'

/** A path in every form in which whoever uses it may read it. */
export interface PathReadings {
  readonly spellings: Spellings
  /** The reading that climbs above where it starts, not cleaned, if one does. */
  readonly traversal: string | undefined
  /** Why not every reading is here, if that is so. */
  readonly unknown: string | undefined
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
  if (path.length > maxPathLength) return tooLong(path)
  const stripped = stripControls(path)
  if (stripped === path && !path.includes('%')) {
    const cleaned = cleanPath(path)
    return {
      spellings: spelled(cleaned),
      traversal: climbs(cleaned) ? path : undefined,
      unknown: undefined
    }
  }
  const { steps, isTooDeep } = decode(stripped)
  const texts = [...steps, stripped, path]
  const cleaned = texts.map(cleanPath)
  return {
    spellings: { all: [...new Set(cleaned)], wide: [] },
    traversal: texts.find((_, at) => climbs(cleaned[at] as string)),
    unknown: isTooDeep ? 'the path is percent-encoded too often' : undefined
  }
}

/** What no allow rule covers; its beginning is enough for a rule that denies what lies below a path. */
function tooLong(path: string): PathReadings {
  const beginning = cleanPath(path.slice(0, maxPathLength))
  return {
    spellings: { all: [], wide: [beginning] },
    traversal: climbs(beginning) ? beginning : undefined,
    unknown: 'the path is longer than any system takes'
  }
}

const noPath: PathReadings = Object.freeze({
  spellings: spelled('.'),
  traversal: undefined,
  unknown: undefined
})

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
