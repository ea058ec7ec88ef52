import type { AuditEntry } from '@agentguard/protocol'
import type { LogLine } from './chain/log-line.ts'
import type { SignedCheckpoint } from './note/checkpoint.ts'
import type { AuditFilter } from './query/audit-filter.ts'
import type { ConsistencyProof, InclusionProof } from './tree/verify-proof.ts'

/** A log of verdicts, and of what happens beside them, that cannot be changed without being noticed. */
export interface AuditLog {
  /**
   * Writes a verdict down.
   *
   * Resolves once the entry is as durable as the log was told to make it. Rejects with an AuditError
   * when it is not; then the answer to the action MUST be DENY, and no line of the entry is left.
   */
  append(entry: AuditEntry, options?: AppendOptions): Promise<Receipt>
  /**
   * Writes down what happened beside the verdicts: a start, a policy load, a resolution.
   *
   * Kinds are lower-case words with hyphens, noun first: `policy-loaded`. Texts in the detail are
   * redacted like those of an entry.
   */
  appendEvent(kind: string, detail?: Readonly<Record<string, unknown>>): Promise<Receipt>
  /** Finds lines, across everything that is kept. */
  query(filter?: AuditFilter, options?: { readonly signal?: AbortSignal }): Promise<AuditPage>
  /** Writes a checkpoint, and returns one that also covers the line that it was written in. */
  checkpoint(): Promise<SignedCheckpoint>
  /**
   * Whether the log has the last line that a checkpoint covers: then it has all before it too, as far as they were
   * not deleted. To be asked of one that was kept elsewhere when a log was opened.
   */
  continues(checkpoint: Pick<SignedCheckpoint, 'size' | 'hash'>): Promise<boolean>
  /** What proves that a line is in the tree of a size; by default of the log as it is now. */
  proveInclusion(seq: number, size?: number): Promise<InclusionProof>
  /** What proves that the tree of a size extends that of a smaller one. */
  proveConsistency(oldSize: number, size?: number): Promise<ConsistencyProof>
  /** Takes fields out of a line for good. The log says so, and still verifies. */
  redact(redaction: Redaction): Promise<Receipt>
  /** How the log is. */
  health(): AuditHealth
  /** Writes what waits and a last checkpoint, and lets go of the storage. */
  close(): Promise<void>
}

/** What else is known of an entry. */
export interface AppendOptions {
  /**
   * Whose budget the entry is charged to.
   *
   * @defaultValue the entry's tenant, with its caller or else its agent
   */
  readonly source?: string
}

/** Where a line stands. */
export interface Receipt {
  readonly seq: number
  readonly hash: string
}

/** Lines that were found, in the order that was asked for. */
export interface AuditPage {
  readonly lines: readonly LogLine[]
  /** What to ask with for the lines behind these. Absent when there are none. */
  readonly cursor?: string
  /** How many lines could not be read. */
  readonly unreadable: number
}

/** What is to be taken out of a line. */
export interface Redaction {
  readonly seq: number
  /** The fields, as JSON pointers such as `/request/command`. */
  readonly fields: readonly string[]
  /** Why. It is written into the log. */
  readonly reason: string
}

/** How a log is. */
export interface AuditHealth {
  /** `failed`: nothing is written, so every answer is DENY. The log tries again by itself. */
  readonly status: 'ok' | 'failed' | 'closed'
  /** How many lines the chain has. */
  readonly size: number
  /** How many lines wait to be written. */
  readonly waiting: number
  /** How many lines were not written since the log was opened. */
  readonly refused: number
  /** What failed last, while the status is `failed`. */
  readonly error?: unknown
  /** The latest checkpoint since the log was opened. */
  readonly checkpoint?: SignedCheckpoint
}
