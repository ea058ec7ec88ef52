import type { AuditStore } from '../audit-store.ts'
import { hashOfLine } from '../chain/line-hash.ts'
import type { SignedCheckpoint } from '../note/checkpoint.ts'
import { findLine } from './find-line.ts'

/** Whether the last line that a checkpoint covers is in a store, as it was written. */
export async function hasLastLine(
  store: Pick<AuditStore, 'scan'>,
  { size, hash }: Pick<SignedCheckpoint, 'size' | 'hash'>
): Promise<boolean> {
  if (size === 0) return true
  const line = await findLine(store, size - 1)
  try {
    return line !== undefined && hashOfLine(line) === hash
  } catch {
    // A line that is malformed is not the one that was written.
    return false
  }
}
