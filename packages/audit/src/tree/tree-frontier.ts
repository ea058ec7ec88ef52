import { emptyTreeHash, nodeHash } from './tree-hash.ts'

/**
 * What has to be known of a Merkle tree to make it grow: the roots of the complete subtrees that it
 * consists of, the largest first. There are as many as the size has ones in binary.
 */
export class TreeFrontier {
  /** How many leaves there are. */
  readonly size: number
  /** The roots, in hexadecimal digits. */
  readonly roots: readonly string[]

  /** The tree whose complete subtrees have these roots. Throws a RangeError for a wrong number of them. */
  constructor(size: number, roots: readonly string[]) {
    if (roots.length !== onesIn(size)) throw new RangeError('the tree has another number of roots')
    this.size = size
    this.roots = roots
  }

  /** The tree with one more leaf, which is a line of this hash. */
  append(lineHash: string): TreeFrontier {
    const roots = this.roots.slice()
    let hash = lineHash
    // Each complete subtree of the new leaf's size makes, with it, one of twice the size.
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(roots.pop() as string, hash)
    }
    roots.push(hash)
    return new TreeFrontier(this.size + 1, roots)
  }

  /** The hash of the whole tree (RFC 9162). */
  root(): string {
    if (this.roots.length === 0) return emptyTreeHash
    return this.roots.reduceRight((right, left) => nodeHash(left, right))
  }
}

/** A tree without leaves. */
export const emptyTree: TreeFrontier = new TreeFrontier(0, [])

function onesIn(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}
