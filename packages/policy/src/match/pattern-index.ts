import { GramTable, gramsOf } from './gram-table.ts'
import type { Pattern } from './pattern.ts'
import { RadixTree } from './radix-tree.ts'

/** Something that applies where a pattern matches. */
export interface Entry {
  readonly pattern: Pattern
  /** Lower is wanted more. */
  readonly order: number
}

/** Who looks for entries. */
export interface Seeker<E extends Entry> {
  /** Entries of this order or a higher one are not wanted any more. May sink during a search. */
  readonly limit: number
  /** Asked before a test that reads the whole value: false when the seeker will not pay for it. */
  canSpend(characters: number): boolean
  /** Takes an entry whose pattern matches. */
  offer(entry: E): void
}

/**
 * Finds the entries whose pattern matches a value without trying each pattern.
 *
 * Every pattern is filed under the one thing about it that fewest others share: its whole text if
 * it has no wildcard, the text that it starts or ends with, or three characters inside it. Only
 * what a value's own text leads to is then tested exactly. Patterns with nothing to file them under
 * (`*`, `*a*`) are tested always.
 */
export class PatternIndex<E extends Entry> {
  readonly #exact = new Map<string, E[]>()
  readonly #starts = new RadixTree<E>('start')
  readonly #ends = new RadixTree<E>('end')
  readonly #grams: GramTable<E>
  readonly #always: E[] = []

  constructor(entries: readonly E[]) {
    const popularity = countKeys(entries)
    const grams: [number, E][] = []
    for (const entry of entries) {
      const key = entry.pattern.exact ? undefined : rarestKey(entry.pattern, popularity)
      if (entry.pattern.exact) pushTo(this.#exact, entry.pattern.prefix, entry)
      else if (!key) this.#always.push(entry)
      else if (key.kind === 'gram') grams.push([key.gram, entry])
      else (key.kind === 'start' ? this.#starts : this.#ends).add(key.text, entry)
    }
    this.#grams = new GramTable(grams)
  }

  /** Offers the seeker every entry that it wants and whose pattern matches the value. */
  search(value: string, seeker: Seeker<E>): void {
    if (this.#exact.size > 0) {
      for (const entry of this.#exact.get(value) ?? nothing) seeker.offer(entry as E)
    }
    const consider = (entry: E): void => {
      if (entry.order >= seeker.limit) return
      if (entry.pattern.scans && !seeker.canSpend(value.length)) return
      if (entry.pattern.matches(value)) seeker.offer(entry)
    }
    for (const entry of this.#always) consider(entry)
    if (this.#starts.size > 0) this.#starts.visit(value, consider)
    if (this.#ends.size > 0) this.#ends.visit(value, consider)
    if (this.#grams.size > 0) this.#grams.visit(value, consider)
  }
}

const nothing: readonly never[] = []

type Key =
  | { readonly kind: 'start' | 'end'; readonly text: string }
  | { readonly kind: 'gram'; readonly gram: number }

/** How many entries could be filed under each key. */
interface Popularity {
  readonly starts: Map<string, number>
  readonly ends: Map<string, number>
  readonly grams: Map<number, number>
}

function countKeys(entries: readonly Entry[]): Popularity {
  const counts: Popularity = { starts: new Map(), ends: new Map(), grams: new Map() }
  for (const { pattern } of entries) {
    increment(counts.starts, pattern.prefix)
    increment(counts.ends, pattern.suffix)
    for (const gram of patternGrams(pattern)) increment(counts.grams, gram)
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
  const { prefix, suffix } = pattern
  if (prefix !== '') propose({ kind: 'start', text: prefix }, popularity.starts.get(prefix) ?? 0)
  if (suffix !== '') propose({ kind: 'end', text: suffix }, popularity.ends.get(suffix) ?? 0)
  for (const gram of patternGrams(pattern)) {
    propose({ kind: 'gram', gram }, popularity.grams.get(gram) ?? 0)
  }
  return best
}

function patternGrams(pattern: Pattern): Set<number> {
  const grams = new Set<number>()
  for (const literal of pattern.literals) for (const gram of gramsOf(literal)) grams.add(gram)
  return grams
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list) list.push(value)
  else lists.set(key, [value])
}
