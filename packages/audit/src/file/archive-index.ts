import { sha256 } from '../chain/sha256.ts'
import { archiveChunks } from './archive-chunks.ts'
import type { Block } from './block-index.ts'
import type { LogFs } from './log-fs.ts'
import { readChunks } from './read-chunks.ts'
import { scanLogFile } from './scan-log-file.ts'
import type { FileContents } from './stored-file.ts'
import { writeFully } from './write-fully.ts'

/** What an index file holds about its archive. */
interface StoredIndex {
  /** The size of the archive, to tell when the index is not its own. */
  readonly archiveBytes: number
  readonly unsealedLines: number
  readonly firstSeq: number | undefined
  readonly blocks: readonly (Omit<Block, 'keys'> & { readonly keys?: string })[]
}

/** Writes down what an archive holds, so that a search need not read it all. */
export async function saveIndex(
  fs: LogFs,
  archivePath: string,
  archiveBytes: number,
  contents: FileContents
): Promise<void> {
  const { unsealedLines, firstSeq } = contents
  const blocks = contents.blocks().map(({ keys, ...block }) => ({
    ...block,
    ...(keys ? { keys: Buffer.from(keys).toString('base64') } : {})
  }))
  const text = JSON.stringify({ archiveBytes, unsealedLines, firstSeq, blocks })
  const path = indexPath(archivePath)
  await fs.remove(path)
  const file = await fs.open(path, 'create')
  try {
    await writeFully(file, Buffer.from(`${sha256(text)}\n${text}`))
  } finally {
    await file.close()
  }
}

/**
 * What an archive holds: from its index file, or from the archive itself when that is missing or wrong.
 * The index only makes searches faster; no proof rests on it.
 */
export async function loadIndex(
  fs: LogFs,
  archivePath: string,
  isCompressed: boolean
): Promise<FileContents> {
  const archiveBytes = (await fs.stat(archivePath))?.size ?? 0
  const stored = await readIndex(fs, archivePath)
  if (stored?.archiveBytes === archiveBytes) return contentsOf(stored)
  const scanned = await scanLogFile(archiveChunks(fs, archivePath, isCompressed))
  scanned.index.close()
  const blocks = isCompressed ? [wholeBlock(scanned.index.blocks(), archiveBytes)] : undefined
  const contents: FileContents = {
    blocks: () => blocks ?? scanned.index.blocks(),
    lines: scanned.index.lines,
    unsealedLines: scanned.unsealed.lines,
    firstSeq: scanned.firstSeq
  }
  // A directory that cannot be written to makes searches slow, not impossible.
  await saveIndex(fs, archivePath, archiveBytes, contents).catch(() => {})
  return contents
}

export function indexPath(archivePath: string): string {
  return `${archivePath}.idx`
}

async function readIndex(fs: LogFs, archivePath: string): Promise<StoredIndex | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of readChunks(fs, indexPath(archivePath))) chunks.push(chunk)
  } catch {
    return undefined
  }
  const [digest, text] = Buffer.concat(chunks).toString('utf8').split('\n')
  if (text === undefined || sha256(text) !== digest) return undefined
  return JSON.parse(text)
}

function contentsOf({ unsealedLines, firstSeq, blocks: stored }: StoredIndex): FileContents {
  const blocks = stored.map(
    ({ keys, ...block }): Block => ({
      ...block,
      keys: keys === undefined ? undefined : Buffer.from(keys, 'base64')
    })
  )
  const lines = blocks.reduce((sum, block) => sum + block.lines, 0)
  return { blocks: () => blocks, lines: () => lines, unsealedLines, firstSeq }
}

/** What was not compressed in blocks can only be read as a whole. */
function wholeBlock(blocks: readonly Block[], bytes: number): Block {
  const times = blocks.map(({ from, to }) => [from, to] as const)
  return {
    offset: 0,
    bytes,
    lines: blocks.reduce((sum, block) => sum + block.lines, 0),
    from: times.map(([from]) => from).sort()[0] ?? '',
    to:
      times
        .map(([, to]) => to)
        .sort()
        .at(-1) ?? '',
    keys: undefined
  }
}
