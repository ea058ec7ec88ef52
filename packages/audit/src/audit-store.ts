import type { AuditMeta } from '@agentguard/protocol'
import type { ChainHead, SealedLine } from './chain/chain.ts'
import type { LogLine } from './chain/log-line.ts'
import type { LineFilter } from './query/audit-filter.ts'
import type { LogPart } from './verify/log-part.ts'

/**
 * Where the lines of a log live. One log at a time has it open.
 *
 * A log calls `open`, `append` and `rotate` one after the other, never two at once, and `replace` once
 * at a time.
 */
export interface AuditStore {
  /**
   * Finds the end of the chain, and repairs it when it is torn. Called once more after each failure.
   *
   * INVARIANT: with `keep`, what is behind that head is taken away, since nobody was told that it is
   * there; what it covers stays, or the store rejects.
   */
  open(options: StoreOpenOptions): Promise<StoreTail>
  /** Adds lines to the end: all of them or, when it rejects, possibly some. Durable when it resolves. */
  append(lines: readonly SealedLine[]): Promise<void>
  /** Whether the part that lines are added to is large or old enough to be closed. */
  isRotationDue(): boolean
  /** Closes the part that lines are added to, and starts the next one with a line made of the header. */
  rotate(seal: (header: AuditMeta) => SealedLine): Promise<void>
  /** Lines that may match, in batches and in order. Leaves out only what cannot match. */
  scan(scan: StoreScan): AsyncIterable<StoredLines>
  /** Everything that is kept, the oldest part first. */
  parts(): AsyncIterable<LogPart>
  /** Puts a line with redacted fields in the place of the line of that number. */
  replace(line: LogLine): Promise<void>
  /** Lets go of everything. */
  close(): Promise<void>
}

/** How a store is opened. */
export interface StoreOpenOptions {
  /** Whether lines must survive a loss of power, or only the end of the process. */
  readonly durability: 'fsync' | 'written'
  /** The end of the chain as far as anybody was told. Absent at the first time. */
  readonly keep?: ChainHead
  /** Writes an event into the log, for what the store does by itself. Rejects once the log is closed. */
  readonly record: (kind: string, detail: Readonly<Record<string, unknown>>) => Promise<unknown>
  /** Runs something while nothing is written. */
  readonly exclusively: (run: () => Promise<void>) => Promise<void>
}

/** The end of a chain as it was found. */
export interface StoreTail {
  readonly head: ChainHead
  /** What the next line must say before any other: it starts a chain, or a part of one. */
  readonly header?: AuditMeta
  /** What was repaired. It is written into the log. */
  readonly repair?: Readonly<Record<string, unknown>>
}

/** What is looked for. */
export interface StoreScan {
  readonly filter: LineFilter
  readonly order: 'asc' | 'desc'
  /** The position behind which to start. */
  readonly after?: number
  readonly signal?: AbortSignal
}

/** Some lines of a scan. */
export interface StoredLines {
  readonly lines: readonly StoredLine[]
  /** How many bytes were read for them. */
  readonly bytes: number
}

/** A line with its place: its number, or a negative one when it is older than the chain. */
export interface StoredLine {
  readonly position: number
  readonly text: string
}
