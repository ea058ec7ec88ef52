import { setTimeout as wait } from 'node:timers/promises'
import type { StoredLine, StoredLines, StoreScan } from '../audit-store.ts'
import type { LineFilter } from '../query/audit-filter.ts'
import { type Block, mayHoldMatch } from './block-index.ts'
import type { LogFs } from './log-fs.ts'
import { readBlock } from './read-block.ts'
import type { FilePlace, StoredFile } from './stored-file.ts'

/** Reads the blocks of files that may hold what is looked for, in order. */
export async function* scanFiles(
  fs: LogFs,
  files: readonly StoredFile[],
  scan: StoreScan
): AsyncGenerator<StoredLines> {
  // A file that was just begun has nothing yet, and no place in the chain.
  const placed = withPositions(files.filter(({ place }) => place.contents.lines() > 0))
  if (scan.order === 'desc') placed.reverse()
  for (const { file, first } of placed) yield* scanFile(fs, file, first, scan)
}

/** The position of the first line of each file. Lines that are older than the chain count down from -1. */
function withPositions(files: readonly StoredFile[]): { file: StoredFile; first: number }[] {
  let next = 0
  return files
    .toReversed()
    .map((file) => {
      const { contents } = file.place
      const { firstSeq, unsealedLines } = contents
      next = firstSeq === undefined ? next - contents.lines() : firstSeq - unsealedLines
      const first = next
      if (firstSeq !== undefined && unsealedLines === 0) next = Math.min(first, 0)
      return { file, first }
    })
    .reverse()
}

/** How far a search has come in a file. */
class Progress {
  readonly isAscending: boolean
  #after: number

  constructor({ order, after }: StoreScan) {
    this.isAscending = order === 'asc'
    this.#after = after ?? (this.isAscending ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY)
  }

  isLeft(position: number): boolean {
    return this.isAscending ? position > this.#after : position < this.#after
  }

  reach(position: number): void {
    this.#after = position
  }
}

const maxAttempts = 5

async function* scanFile(
  fs: LogFs,
  file: StoredFile,
  first: number,
  scan: StoreScan
): AsyncGenerator<StoredLines> {
  const progress = new Progress(scan)
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    await file.moving
    const { place } = file
    try {
      yield* scanPlace(fs, file, first, { progress, filter: scan.filter })
      return
    } catch (error) {
      if (file.place === place && !file.moving) await waitIfMissing(error)
    }
  }
}

/** A file that is being renamed is missing for a moment. One that stays missing was deleted. */
async function waitIfMissing(error: unknown): Promise<void> {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  await wait(10)
}

async function* scanPlace(
  fs: LogFs,
  file: StoredFile,
  first: number,
  { progress, filter }: { progress: Progress; filter: LineFilter }
): AsyncGenerator<StoredLines> {
  const { place } = file
  for (const placed of blocksOf(place, first, progress)) {
    if (!mayHoldMatch(placed.block, filter)) continue
    const lines = await readLeft(fs, place, placed, progress)
    if (file.place !== place || file.moving) throw new FileMoved()
    yield { lines, bytes: placed.block.bytes }
    progress.reach(lines.at(-1)?.position ?? placed.start)
  }
}

/** The file was renamed, compressed or rewritten while it was read. */
class FileMoved extends Error {}

interface PlacedBlock {
  readonly block: Block
  /** The position of its first line. */
  readonly start: number
}

/** The blocks that have lines left, in the order of the search. */
function blocksOf({ contents }: FilePlace, first: number, progress: Progress): PlacedBlock[] {
  let start = first
  const placed = contents.blocks().map((block) => {
    const from = start
    start += block.lines
    return { block, start: from }
  })
  const left = placed.filter(({ block, start }) =>
    progress.isLeft(progress.isAscending ? start + block.lines - 1 : start)
  )
  return progress.isAscending ? left : left.reverse()
}

async function readLeft(
  fs: LogFs,
  place: FilePlace,
  { block, start }: PlacedBlock,
  progress: Progress
): Promise<StoredLine[]> {
  const texts = await readBlock(fs, place, block)
  const lines = texts
    .map((text, index) => ({ position: start + index, text }))
    .filter(({ position }) => progress.isLeft(position))
  return progress.isAscending ? lines : lines.reverse()
}
