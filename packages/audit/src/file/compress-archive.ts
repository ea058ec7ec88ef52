import { createHash } from 'node:crypto'
import type { Block } from './block-index.ts'
import { createCompressor } from './gzip-blocks.ts'
import type { LogFs } from './log-fs.ts'
import { readInto } from './read-chunks.ts'
import type { FileContents } from './stored-file.ts'
import { writeFully } from './write-fully.ts'

/** A compressed copy of an archive. */
export interface CompressedCopy {
  readonly contents: FileContents
  readonly bytes: number
  /** The SHA-256 of the file. */
  readonly sha256: string
}

/**
 * Writes a compressed copy of a file, block by block: each is a gzip member of its own, so that a
 * search can read it without the rest.
 */
export async function compressArchive(
  fs: LogFs,
  from: string,
  to: string,
  contents: FileContents
): Promise<CompressedCopy> {
  await fs.remove(to)
  const source = await fs.open(from, 'read')
  const target = await fs.open(to, 'create')
  const digest = createHash('sha256')
  const compressor = createCompressor()
  const blocks: Block[] = []
  let offset = 0
  try {
    const plain = contents.blocks()
    const held = Buffer.allocUnsafe(plain.reduce((most, { bytes }) => Math.max(most, bytes), 0))
    for (const block of plain) {
      const bytes = held.subarray(0, block.bytes)
      await readInto(bytes, source, block.offset)
      const member = await compressor.compress(bytes)
      await writeFully(target, member)
      digest.update(member)
      blocks.push({ ...block, offset, bytes: member.length })
      offset += member.length
    }
    await target.sync()
  } finally {
    compressor.close()
    await source.close()
    await target.close()
  }
  const sha256 = digest.digest('hex')
  return { contents: { ...contents, blocks: () => blocks }, bytes: offset, sha256 }
}
