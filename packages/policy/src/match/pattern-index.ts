import { EdgeTable, edgeKey } from './edge-table.ts'
import { type GramLength, GramTable, gramLengths, gramsOf } from './gram-table.ts'
import type { Pattern } from './pattern.ts'
import { type Entry, offerMatching, type Seeker } from './seeker.ts'

/**
 * Finds the entries whose pattern matches a value without trying each pattern.
 *
 * Every pattern is filed under the one thing about it that fewest others share: the text that it
 * starts or ends with, or a few characters inside it. Only what a value's own text leads to is then
 * tested exactly. Patterns with nothing to file them under (`*`, `*a*`) are tested always.
 */
export class PatternIndex<E extends Entry> {
  readonly #starts: EdgeTable<E>
  readonly #ends: EdgeTable<E>
  readonly #grams: readonly GramTable<E>[]
  readonly #always: readonly E[]
  readonly #isEmpty: boolean

  constructor(entries: readonly E[]) {
    const popularity = countKeys(entries)
    const starts: [string, E][] = []
    const ends: [string, E][] = []
    const grams = new Map(gramLengths.map((length) => [length, [] as [number, E][]]))
    const always: E[] = []
    for (const entry of entries) {
      const key = rarestKey(entry.pattern, popularity)
      if (!key) always.push(entry)
      else if (key.kind === 'gram') grams.get(key.length)?.push([key.gram, entry])
      else (key.kind === 'start' ? starts : ends).push([key.text, entry])
    }
    this.#starts = new EdgeTable('start', starts)
    this.#ends = new EdgeTable('end', ends)
    this.#grams = [...grams]
      .filter(([, filed]) => filed.length > 0)
      .map(([length, filed]) => new GramTable(length, filed))
    this.#always = always
    this.#isEmpty = entries.length === 0
  }

  /** Offers the seeker every entry that it wants and whose pattern matches the value. */
  search(value: string, seeker: Seeker<E>): void {
    if (this.#isEmpty) return
    offerMatching(this.#always, value, seeker)
    this.#starts.search(value, seeker)
    this.#ends.search(value, seeker)
    for (const table of this.#grams) table.search(value, seeker)
  }
}

type Key =
  | { readonly kind: 'start' | 'end'; readonly text: string }
  | { readonly kind: 'gram'; readonly length: GramLength; readonly gram: number }

/** How many entries could be filed under each key. */
interface Popularity {
  readonly starts: Map<string, number>
  readonly ends: Map<string, number>
  readonly grams: ReadonlyMap<GramLength, Map<number, number>>
}

function countKeys(entries: readonly Entry[]): Popularity {
  const counts: Popularity = {
    starts: new Map(),
    ends: new Map(),
    grams: new Map(gramLengths.map((length) => [length, new Map()]))
  }
  for (const { pattern } of entries) {
    increment(counts.starts, edgeKey('start', pattern.prefix))
    increment(counts.ends, edgeKey('end', pattern.suffix))
    for (const [length, known] of counts.grams) {
      for (const gram of patternGrams(pattern, length)) increment(known, gram)
    }
  }
  return counts
}

function rarestKey(pattern: Pattern, popularity: Popularity): Key | undefined {
  let best: Key | undefined
  let fewest = Number.POSITIVE_INFINITY
  const propose = (key: Key, sharedBy: number): void => {
    if (sharedBy >= fewest) return
    best = key
    fewest = sharedBy
  }
  const start = edgeKey('start', pattern.prefix)
  const end = edgeKey('end', pattern.suffix)
  if (start !== '') propose({ kind: 'start', text: start }, popularity.starts.get(start) ?? 0)
  if (end !== '') propose({ kind: 'end', text: end }, popularity.ends.get(end) ?? 0)
  for (const [length, known] of popularity.grams) {
    for (const gram of patternGrams(pattern, length)) {
      propose({ kind: 'gram', length, gram }, known.get(gram) ?? 0)
    }
  }
  return best
}

function patternGrams(pattern: Pattern, length: GramLength): Set<number> {
  return new Set(pattern.literals.flatMap((literal) => [...gramsOf(literal, length)]))
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
