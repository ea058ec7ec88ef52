import { nodeHash } from './tree-hash.ts'

/** What proves that a line is in a tree. Small, and needs nothing of the rest of the log. */
export interface InclusionProof {
  /** The number of the line. */
  readonly seq: number
  /** The size of the tree. */
  readonly size: number
  /** The hashes on the way up, in hexadecimal digits. */
  readonly hashes: readonly string[]
}

/** What proves that a tree extends a smaller one: that nothing in it was changed. */
export interface ConsistencyProof {
  readonly oldSize: number
  readonly size: number
  readonly hashes: readonly string[]
}

/** Whether a line of this hash is in the tree with this root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(proof: InclusionProof, lineHash: string, root: string): boolean {
  if (!areCounts(proof.seq, proof.size) || proof.seq >= proof.size) return false
  let index = proof.seq
  let last = proof.size - 1
  let hash = lineHash
  for (const sibling of proof.hashes) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      hash = nodeHash(sibling, hash)
      ;[index, last] = skipLeftEdge(index, last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    index = half(index)
    last = half(last)
  }
  return last === 0 && hash === root
}

/** Whether the tree with root `root` starts with that of `oldRoot` (RFC 9162, 2.1.4.2). */
export function verifyConsistency(proof: ConsistencyProof, oldRoot: string, root: string): boolean {
  const { oldSize, size, hashes } = proof
  if (!areCounts(oldSize, size) || oldSize > size) return false
  if (oldSize === size) return hashes.length === 0 && oldRoot === root
  if (oldSize === 0) return hashes.length === 0
  let [index, last] = skipOnes(oldSize - 1, size - 1)
  // The root of the smaller tree is left out of the proof when it is one complete subtree.
  const [first, ...rest] = index === 0 ? [oldRoot, ...hashes] : hashes
  if (first === undefined) return false
  let [oldHash, hash] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (index % 2 === 1 || index === last) {
      oldHash = nodeHash(sibling, oldHash)
      hash = nodeHash(sibling, hash)
      ;[index, last] = skipLeftEdge(index, last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    index = half(index)
    last = half(last)
  }
  return last === 0 && oldHash === oldRoot && hash === root
}

/** Climbs from a left child to the first ancestor that is a right child, or to the edge. */
function skipLeftEdge(index: number, last: number): [number, number] {
  while (index % 2 === 0 && index !== 0) {
    index = half(index)
    last = half(last)
  }
  return [index, last]
}

function skipOnes(index: number, last: number): [number, number] {
  while (index % 2 === 1) {
    index = half(index)
    last = half(last)
  }
  return [index, last]
}

function half(count: number): number {
  return Math.floor(count / 2)
}

function areCounts(...counts: number[]): boolean {
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0)
}
