import type { Pattern } from './pattern.ts'

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

/** Offers the seeker those of the entries that it wants and whose pattern matches the value. */
export function offerMatching<E extends Entry>(
  entries: readonly E[],
  value: string,
  seeker: Seeker<E>
): void {
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] as E
    if (entry.order >= seeker.limit) continue
    const { weight } = entry.pattern
    if (weight > 0 && !seeker.canSpend(weight * value.length)) continue
    if (entry.pattern.matches(value)) seeker.offer(entry)
  }
}
