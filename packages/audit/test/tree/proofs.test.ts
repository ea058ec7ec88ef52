import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyConsistency, verifyInclusion } from '../../src/index.ts'
import { consistencyRanges, inclusionRanges } from '../../src/tree/proof-ranges.ts'
import { createRangeRoots } from '../../src/tree/range-roots.ts'
import { emptyTree, TreeFrontier } from '../../src/tree/tree-frontier.ts'
import { leafHash } from '../../src/tree/tree-hash.ts'

const most = 70
const texts = Array.from({ length: most }, (_, index) => `line ${index}`)
const lines = texts.map(leafHash)
const trees: TreeFrontier[] = [emptyTree]
for (const line of lines) trees.push((trees.at(-1) as TreeFrontier).append(line))

/** The root as RFC 9162 defines it, 2.1.1, word for word. */
function merkleTreeHash(leaves: readonly string[]): Buffer {
  const hash = (...parts: Uint8Array[]) =>
    createHash('sha256').update(Buffer.concat(parts)).digest()
  const [first] = leaves
  if (first === undefined) return hash()
  if (leaves.length === 1) return hash(Buffer.of(0), Buffer.from(first))
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return hash(Buffer.of(1), merkleTreeHash(leaves.slice(0, k)), merkleTreeHash(leaves.slice(k)))
}

/** The roots of ranges, when only the lines from `from` on are left. */
function prove(ranges: ReturnType<typeof inclusionRanges>, size: number, from = 0): string[] {
  const before = trees[from] as TreeFrontier
  const collected = createRangeRoots(ranges, new TreeFrontier(from, before.roots))
  for (const line of lines.slice(from, size)) collected.add(line)
  return collected.roots()
}

function rootOf(size: number): string {
  return (trees[size] as TreeFrontier).root()
}

describe('the tree', () => {
  test('has the root that RFC 9162 defines, for every size', () => {
    for (let size = 0; size <= most; size++) {
      expect(rootOf(size)).toBe(merkleTreeHash(texts.slice(0, size)).toString('hex'))
    }
  })

  test('proves every line in every size, also when older lines are gone', () => {
    for (let size = 1; size <= most; size += 3) {
      for (let seq = 0; seq < size; seq++) {
        const line = lines[seq] as string
        for (const from of [0, Math.floor(seq / 2), seq]) {
          const proof = { seq, size, hashes: prove(inclusionRanges(seq, size), size, from) }
          expect(verifyInclusion(proof, line, rootOf(size))).toBe(true)
        }
      }
    }
  })

  test('proves that it extends every smaller one', () => {
    for (let size = 0; size <= most; size++) {
      for (let oldSize = 0; oldSize <= size; oldSize++) {
        const proof = { oldSize, size, hashes: prove(consistencyRanges(oldSize, size), size) }
        expect(verifyConsistency(proof, rootOf(oldSize), rootOf(size))).toBe(true)
      }
    }
  })

  test('proves nothing that is not so', () => {
    const index = fc.integer({ min: 0, max: most - 1 })
    const sizes = fc.integer({ min: 2, max: most })
    fc.assert(
      fc.property(index, sizes, index, fc.nat(20), (seq, size, other, at) => {
        fc.pre(seq < size && other !== seq)
        const hashes = prove(inclusionRanges(seq, size), size)
        const line = lines[seq] as string
        const root = rootOf(size)
        expect(verifyInclusion({ seq, size, hashes }, lines[other] as string, root)).toBe(false)
        expect(verifyInclusion({ seq: other, size, hashes }, line, root)).toBe(false)
        expect(verifyInclusion({ seq, size, hashes: [...hashes, line] }, line, root)).toBe(false)
        expect(verifyInclusion({ seq, size, hashes: hashes.slice(1) }, line, root)).toBe(false)
        const changed = hashes.with(at % hashes.length, line)
        expect(verifyInclusion({ seq, size, hashes: changed }, line, root)).toBe(false)
        const oldSize = Math.max(1, seq)
        const grown = prove(consistencyRanges(oldSize, size), size)
        const old = rootOf(oldSize)
        const proof = { oldSize, size, hashes: grown }
        expect(verifyConsistency(proof, rootOf(other + 1), root)).toBe(other + 1 === oldSize)
        expect(verifyConsistency({ ...proof, hashes: [...grown, line] }, old, root)).toBe(false)
        if (grown.length > 0) {
          const cut = { ...proof, hashes: grown.slice(1) }
          expect(verifyConsistency(cut, old, root)).toBe(false)
        }
      })
    )
  })

  test('says what cannot be proved any more', () => {
    const from = 20
    expect(() => prove(inclusionRanges(3, 40), 40, from)).toThrow(
      'the lines for the proof are gone'
    )
  })
})
