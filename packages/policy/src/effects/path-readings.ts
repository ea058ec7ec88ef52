import { cleanPath } from '../clean-path.ts'
import { type Spellings, spelled } from './effect.ts'
import { percentDecode } from './percent-decode.ts'
import { stripControls } from './strip-controls.ts'

/** A path in every form in which whoever uses it may read it. */
export interface PathReadings {
  readonly spellings: Spellings
  /** The reading that climbs above where it starts, not cleaned, if one does. */
  readonly traversal: string | undefined
  /** Escapes are nested deeper than anybody writes them, so not every reading is here. */
  readonly isTooDeep: boolean
}

/**
 * How often a path is decoded. Each step reads it whole, so there has to be an end, and a sooner one
 * for a text that is longer than systems take as a path.
 */
function maxDecodings(path: string): number {
  if (path.length > 32_767) return 0
  return path.length > 4096 ? 1 : 8
}

/**
 * The readings of a path: decoded once, decoded to a fixed point with every step on the way, and as
 * written. An empty path is `.`, which rules for every path cover.
 */
export function pathReadings(path: string): PathReadings {
  if (path === '') return noPath
  const stripped = stripControls(path)
  if (stripped === path && !path.includes('%')) {
    const cleaned = cleanPath(path)
    return {
      spellings: spelled(cleaned),
      traversal: climbs(cleaned) ? path : undefined,
      isTooDeep: false
    }
  }
  const { steps, isTooDeep } = decode(stripped)
  const texts = [...steps, stripped, path]
  const cleaned = texts.map(cleanPath)
  return {
    spellings: { all: [...new Set(cleaned)], wide: [] },
    traversal: texts.find((_, at) => climbs(cleaned[at] as string)),
    isTooDeep
  }
}

const noPath: PathReadings = Object.freeze({
  spellings: spelled('.'),
  traversal: undefined,
  isTooDeep: false
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
