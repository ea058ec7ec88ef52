import { AuditError } from '../audit-error.ts'
import type { ChainHead } from '../chain/chain.ts'
import { hashOfLine } from '../chain/line-hash.ts'
import type { ScannedFile, TailLine } from './scan-log-file.ts'

/** Where the sound part of a file ends. */
export interface FoundEnd {
  /** How many bytes to keep. */
  readonly end: number
  /** Where the chain stands there. `undefined` when the file says nothing about that. */
  readonly head: ChainHead | undefined
}

/**
 * Finds the end of what can be kept of a file: what a broken-off write left behind it is to be cut.
 *
 * What is damaged further from the end was no broken-off write. It stays, for `verify` to report.
 * Throws an AuditError when the end cannot be told.
 */
export function findEnd(file: ScannedFile, mayBeUnsealed: boolean): FoundEnd {
  const { tail, bytes } = file
  if (!isBegun(file, mayBeUnsealed)) return { end: 0, head: undefined }
  const broken = tail.findIndex((line) => !isSound(line))
  if (broken < 0) return { end: bytes, head: tail.at(-1)?.head }
  const { start } = tail[broken] as TailLine
  if (broken > 0) return { end: start, head: tail[broken - 1]?.head }
  if (start === 0) return { end: 0, head: undefined }
  throw new AuditError('open_failed', 'the log is damaged at its end: verify it, and restore it')
}

/** Finds the place behind the line that `keep` ends with. */
export function findKept({ tail, bytes, firstSeq }: ScannedFile, keep: ChainHead): FoundEnd {
  // The file was begun, but nobody was told of any of its lines.
  if (firstSeq !== undefined && firstSeq >= keep.size) {
    const first = tail.find(({ line }) => line?.seq === firstSeq)
    if (first?.start === 0) return { end: 0, head: undefined }
  }
  const last = tail.findIndex(
    (line) => line.line?.seq === keep.size - 1 && line.line.hash === keep.hash && isSound(line)
  )
  if (last < 0) {
    if (bytes === 0) return { end: 0, head: undefined }
    throw new AuditError('write_failed', 'the end of the log is not the one that was written')
  }
  return { end: tail[last + 1]?.start ?? bytes, head: keep }
}

/** Whether the first line of a file was written to its end. Nothing behind it counts if it was not. */
function isBegun({ tail, unsealed, firstSeq, hasPrefix }: ScannedFile, mayBeUnsealed: boolean) {
  if (unsealed.lines === 0 || tail[0]?.start !== 0) return true
  return firstSeq === undefined ? mayBeUnsealed : hasPrefix
}

function isSound({ isWhole, line, before, head }: TailLine): boolean {
  // Before the chain starts, whatever ends with a line end is as whole as it can be told.
  if (head?.size === 0) return isWhole
  if (!isWhole || line === undefined || head === undefined) return false
  if (before && (line.seq !== before.size || line.prev !== before.hash)) return false
  try {
    return hashOfLine(line) === line.hash
  } catch {
    return false
  }
}
