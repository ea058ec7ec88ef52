import type { Block } from './block-index.ts'

/** A file of a log: an archive, or the one that lines are added to. */
export interface StoredFile {
  /** Where it is at the moment. Replaced as a whole when the file is renamed or compressed. */
  place: FilePlace
  /** Is there while the file at that place may be another than the place says. */
  moving?: Promise<void> | undefined
}

/** Where the lines of a file are found. */
export interface FilePlace {
  readonly path: string
  readonly isCompressed: boolean
  readonly contents: FileContents
}

/** What a file holds. */
export interface FileContents {
  blocks(): readonly Block[]
  lines(): number
  readonly unsealedLines: number
  readonly firstSeq: number | undefined
}

/** Runs what puts another file in the place of one. Searches wait for it. */
export async function whileMoving(file: StoredFile, move: () => Promise<void>): Promise<void> {
  const moved = move()
  file.moving = moved.catch(() => {})
  try {
    await moved
  } finally {
    file.moving = undefined
  }
}
