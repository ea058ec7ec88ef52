import { AuditError } from '../audit-error.ts'
import type { LeafRange } from './proof-ranges.ts'
import { TreeFrontier } from './tree-frontier.ts'

/**
 * Finds the roots of runs of leaves while all leaves pass by once, in order.
 *
 * It starts behind the leaves that `before` stands for, which may be gone. Throws an AuditError
 * `not_found` when a run cannot be known without them.
 */
export function createRangeRoots(
  ranges: readonly LeafRange[],
  before: TreeFrontier
): { add(lineHash: string): void; roots(): string[] } {
  const trees = ranges.map((range) => partOf(before, range))
  let next = before.size
  return {
    add(lineHash) {
      for (const [index, { start, end }] of ranges.entries()) {
        if (next < start || next >= end) continue
        trees[index] = (trees[index] as TreeFrontier).append(lineHash)
      }
      next++
    },
    roots() {
      return ranges.map(({ start, end }, index) => {
        const tree = trees[index] as TreeFrontier
        if (tree.size !== end - start) throw new AuditError('not_found', 'the log ends too early')
        return tree.root()
      })
    }
  }
}

/** What is known of a run from the complete subtrees before it and in it. */
function partOf({ size, roots }: TreeFrontier, { start, end }: LeafRange): TreeFrontier {
  if (start >= size) return new TreeFrontier(0, [])
  const until = Math.min(end, size)
  const parts: string[] = []
  let at = 0
  let known = start
  for (const root of roots) {
    const length = largestPower(size - at)
    if (at === known && at + length <= until) {
      parts.push(root)
      known += length
    }
    at += length
  }
  if (known !== until) throw new AuditError('not_found', 'the lines for the proof are gone')
  return new TreeFrontier(until - start, parts)
}

/** The largest power of two that is not larger than `size`. */
function largestPower(size: number): number {
  let power = 1
  while (power * 2 <= size) power *= 2
  return power
}
