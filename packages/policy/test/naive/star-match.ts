/** One part of a pattern: a run of any items, including none, or exactly one item. */
export type Part<Item> = 'run' | ((item: Item) => boolean)

/**
 * Whether the parts stand for all of the items, in order. The textbook recursion: a run is either
 * over, or takes one more item.
 */
export function starMatch<Item>(parts: readonly Part<Item>[], items: readonly Item[]): boolean {
  const memo = new Map<number, boolean>()

  function from(part: number, item: number): boolean {
    const key = part * (items.length + 1) + item
    const known = memo.get(key)
    if (known !== undefined) return known
    const answer = decide(part, item)
    memo.set(key, answer)
    return answer
  }

  function decide(part: number, item: number): boolean {
    const first = parts[part]
    if (first === undefined) return item === items.length
    if (first === 'run')
      return from(part + 1, item) || (item < items.length && from(part, item + 1))
    return item < items.length && first(items[item] as Item) && from(part + 1, item + 1)
  }

  return from(0, 0)
}
