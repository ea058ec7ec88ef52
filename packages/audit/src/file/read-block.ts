import type { Block } from './block-index.ts'
import { gunzip } from './gzip-blocks.ts'
import type { LogFs } from './log-fs.ts'
import { readBytes } from './read-chunks.ts'
import type { FilePlace } from './stored-file.ts'

/** The lines of a block, without their line ends. A block ends with a line end, or with the file. */
export async function readBlock(fs: LogFs, place: FilePlace, block: Block): Promise<string[]> {
  const file = await fs.open(place.path, 'read')
  try {
    const bytes = await readBytes(file, block.offset, block.bytes)
    const text = (place.isCompressed ? await gunzip(bytes) : bytes).toString('utf8')
    return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
  } finally {
    await file.close()
  }
}
