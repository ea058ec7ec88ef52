import type { AuditMeta } from '@agentguard/protocol'
import type { ChainHead, SealedLine } from '../chain/chain.ts'
import { type SignedCheckpoint, signCheckpoint } from '../note/checkpoint.ts'
import type { NoteSigner } from '../note/signed-note.ts'
import type { Draft } from './write-queue.ts'

/** Makes the checkpoints of a log, and knows when the next one is due. */
export interface Checkpoints {
  /** A line with a checkpoint over all lines before it. */
  readonly draft: Draft
  /** Tells that such a line is written; returns a checkpoint that covers it as well. */
  readonly written: (line: SealedLine) => SignedCheckpoint
  latest(): SignedCheckpoint | undefined
  /** Counts the lines to the next one from here. */
  startAt(size: number): void
  /** Whether there are as many lines since the last one. */
  isDue(size: number, lines: number): boolean
}

export function createCheckpoints({
  signer,
  seal,
  now,
  onCheckpoint
}: {
  readonly signer: NoteSigner
  readonly seal: (head: ChainHead, meta: AuditMeta) => SealedLine
  readonly now: () => number
  readonly onCheckpoint?: (checkpoint: SignedCheckpoint) => void
}): Checkpoints {
  let latest: SignedCheckpoint | undefined
  let start = 0
  return {
    draft(head) {
      const { note } = signCheckpoint(head, signer)
      const created_at = new Date(now()).toISOString()
      return seal(head, { created_at, event: 'checkpoint', detail: { note } })
    },
    // INVARIANT: nothing is signed for others to keep before the disk has it.
    written({ head }) {
      latest = signCheckpoint(head, signer)
      start = head.size
      onCheckpoint?.(latest)
      return latest
    },
    latest: () => latest,
    startAt(size) {
      start = size
    },
    isDue: (size, lines) => size - start >= lines
  }
}
