import type { AuditMetaLine } from '@agentguard/protocol'
import { AuditError } from '../audit-error.ts'
import { parseLine } from '../query/parse-line.ts'
import type { LogPart } from '../verify/log-part.ts'
import { rawLines } from '../verify/raw-lines.ts'
import { consistencyRanges, inclusionRanges, type LeafRange } from './proof-ranges.ts'
import { createRangeRoots } from './range-roots.ts'
import { TreeFrontier } from './tree-frontier.ts'
import type { ConsistencyProof, InclusionProof } from './verify-proof.ts'

/** Makes the proof that a line is in the tree of a size, in one pass over the log. */
export async function proveInclusion(
  parts: AsyncIterable<LogPart>,
  seq: number,
  size: number
): Promise<InclusionProof> {
  if (!(seq >= 0 && seq < size)) throw new RangeError('seq must be less than size')
  return { seq, size, hashes: await rootsOf(parts, inclusionRanges(seq, size), size) }
}

/** Makes the proof that the tree of a size extends that of a smaller one. */
export async function proveConsistency(
  parts: AsyncIterable<LogPart>,
  oldSize: number,
  size: number
): Promise<ConsistencyProof> {
  if (!(oldSize >= 0 && oldSize <= size)) throw new RangeError('oldSize must not exceed size')
  return { oldSize, size, hashes: await rootsOf(parts, consistencyRanges(oldSize, size), size) }
}

async function rootsOf(
  parts: AsyncIterable<LogPart>,
  ranges: readonly LeafRange[],
  size: number
): Promise<string[]> {
  let collected: ReturnType<typeof createRangeRoots> | undefined
  let next = 0
  for await (const line of sealedLines(parts)) {
    if (!collected) {
      next = line.seq
      collected = createRangeRoots(ranges, new TreeFrontier(next, line.meta?.seal?.tree ?? []))
    }
    if (next >= size) break
    if (line.seq !== next) throw new AuditError('not_found', 'the log is not whole')
    collected.add(line.hash)
    next++
  }
  if (next < size) throw new AuditError('not_found', 'the log is not that long')
  return collected?.roots() ?? []
}

async function* sealedLines(parts: AsyncIterable<LogPart>) {
  for await (const part of parts) {
    for await (const lines of rawLines(part.chunks())) {
      for (const { text } of lines) {
        const line = text === undefined ? undefined : parseLine(text)
        if (line?.seq === undefined || line.hash === undefined) continue
        yield { seq: line.seq, hash: line.hash, meta: (line as AuditMetaLine)._meta }
      }
    }
  }
}
