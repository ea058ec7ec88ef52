/** A run of leaves: from `start` up to, but without, `end`. */
export interface LeafRange {
  readonly start: number
  readonly end: number
}

/** The runs whose roots prove that a leaf is in a tree (RFC 9162, 2.1.3.1), the nearest first. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + split(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.reverse()
}

/** The runs whose roots prove that a tree extends a smaller one (RFC 9162, 2.1.4.1). */
export function consistencyRanges(oldSize: number, size: number): LeafRange[] {
  if (oldSize === 0 || oldSize === size) return []
  const ranges: LeafRange[] = []
  let [start, end] = [0, size]
  while (end !== oldSize) {
    const middle = start + split(end - start)
    if (oldSize <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  // Who checks the proof knows the root of the smaller tree when it is one complete subtree.
  if (start > 0) ranges.push({ start, end })
  return ranges.reverse()
}

/** The largest power of two that is smaller than `size`. */
function split(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
