import { randomBytes } from 'node:crypto'
import type { AuditEntry, AuditMeta } from '@agentguard/protocol'
import { AuditError } from './audit-error.ts'
import type { AuditLog, Receipt } from './audit-log.ts'
import type { AuditStore } from './audit-store.ts'
import {
  type ChainHead,
  type PreparedLine,
  prepareLine,
  type SealedLine,
  sealLine
} from './chain/chain.ts'
import type { LogLine } from './chain/log-line.ts'
import type { SignedCheckpoint } from './note/checkpoint.ts'
import type { NoteSigner } from './note/signed-note.ts'
import { hasLastLine } from './query/has-last-line.ts'
import { queryStore } from './query/query-store.ts'
import { proveConsistency, proveInclusion } from './tree/prove.ts'
import { createCheckpoints } from './write/checkpoints.ts'
import { LogWriter } from './write/log-writer.ts'
import { redactStored } from './write/redact-stored.ts'
import { type LineLimits, type RedactText, shapeDetail, shapeEntry } from './write/shape-line.ts'
import { createSourceBudgets, type SourceBudget } from './write/source-budgets.ts'

/** How a log is opened. */
export interface AuditLogOptions {
  /** Where its lines live. */
  readonly store: AuditStore
  /** Signs its checkpoints. */
  readonly signer: NoteSigner
  /** Takes secrets out of every text before it is written. `false` writes texts as they are. */
  readonly redact: RedactText | false
  /**
   * What an entry must survive before `append` resolves. `fsync`: a loss of power. `written`: the end of
   * the process. `async`: nothing; an ALLOW may be answered whose entry is lost.
   *
   * @defaultValue `fsync`
   */
  readonly durability?: 'fsync' | 'written' | 'async'
  /** How much a source may write. `false`: as much as it likes. */
  readonly budget?: Partial<SourceBudget> | false
  /** How long lines and fields may be, and how much may wait. */
  readonly limits?: Partial<AuditLimits>
  /** After how many lines, and how long after a line, a checkpoint is written. */
  readonly checkpointEvery?: { readonly lines?: number; readonly ms?: number }
  /**
   * How long after a failure the log tries again.
   *
   * @defaultValue 1000
   */
  readonly retryMs?: number
  /** Is given every checkpoint. Keep them where whoever can write the log cannot. */
  readonly onCheckpoint?: (checkpoint: SignedCheckpoint) => void
  /** Is told what failed. */
  readonly onError?: (error: unknown) => void
  readonly now?: () => number
  /** 16 random bytes in hexadecimal digits. */
  readonly newSalt?: () => string
}

/** The bounds of a log. */
export interface AuditLimits extends LineLimits {
  /** How many lines may wait to be written. */
  readonly maxWaiting: number
  /** How many bytes may wait to be written. */
  readonly maxWaitingBytes: number
}

const mebi = 1_048_576

const defaultLimits: AuditLimits = {
  maxFieldBytes: 16_384,
  maxLineBytes: 65_536,
  maxWaiting: 4096,
  maxWaitingBytes: 32 * mebi
}

const defaultBudget: SourceBudget = {
  burstBytes: 1024 * mebi,
  bytesPerHour: 1024 * mebi,
  maxSources: 4096
}

/** About what a line has beside its own text: number, hashes, salt. */
const sealBytes = 256

/** Opens a log: continues its chain, or starts one. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { store, durability = 'fsync', retryMs = 1000 } = options
  const { now = Date.now, newSalt = randomSalts(), onError = () => {} } = options
  const limits = { ...defaultLimits, ...options.limits }
  const redact = options.redact || undefined
  const budgets =
    options.budget === false
      ? undefined
      : createSourceBudgets({ ...defaultBudget, ...options.budget })

  const seal = (head: ChainHead, meta: AuditMeta): SealedLine =>
    sealLine(head, prepareLine({ _meta: meta }, newSalt()))

  const writeLine = (line: LogLine, text: string): Promise<SealedLine> => {
    const prepared = prepare(line, newSalt(), text)
    return writer.write((head) => sealLine(head, prepared), text.length + sealBytes)
  }

  const writeEvent = (kind: string, detail?: Readonly<Record<string, unknown>>) => {
    const created_at = new Date(now()).toISOString()
    const line = { _meta: { created_at, event: kind, ...(detail ? { detail } : {}) } }
    return writeLine(line, JSON.stringify(line))
  }

  const checkpoints = createCheckpoints({ ...options, seal, now })
  // What the store does by itself while it is opened is written once it is open.
  const opened = Promise.withResolvers<void>()
  opened.promise.catch(() => {})
  const writer = new LogWriter({
    ...limits,
    store,
    durability,
    retryMs,
    now,
    seal,
    checkpoint: checkpoints.draft,
    onCheckpoint: checkpoints.written,
    record: (kind, detail) => opened.promise.then(() => writeEvent(kind, detail)),
    onError
  })
  try {
    await writer.open()
  } catch (error) {
    opened.reject(error)
    await store.close()
    if (error instanceof AuditError) throw error
    throw new AuditError('open_failed', 'the log cannot be opened', { cause: error })
  }
  opened.resolve()
  const { lines = 10_000, ms = 60_000 } = options.checkpointEvery ?? {}
  checkpoints.startAt(writer.head().size)
  const timer = setInterval(() => checkpointInBackground(1), ms)
  timer.unref()

  async function writeCheckpoint(): Promise<SignedCheckpoint> {
    const sources = budgets?.takeRefusals() ?? []
    if (sources.length > 0) {
      await writeEvent('entries-refused', shapeDetail({ sources }, redact, limits))
    }
    return checkpoints.written(await writer.write(checkpoints.draft, sealBytes))
  }

  function checkpointInBackground(least: number): void {
    const { size } = writer.head()
    if (writer.state().status !== 'ok' || !checkpoints.isDue(size, least)) return
    checkpoints.startAt(size)
    writeCheckpoint().catch(onError)
  }

  let redacting: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    clearInterval(timer)
    if (writer.state().status === 'ok') await writeCheckpoint().catch(onError)
    await writer.close()
  }

  return {
    async append(entry, { source } = {}) {
      refuseWhenClosed(closing)
      const { line, text } = shapeEntry(entry, redact, limits)
      if (budgets && !budgets.take(source ?? sourceOf(entry), text.length + sealBytes, now())) {
        throw new AuditError('over_budget', 'the source has written too much')
      }
      const receipt = receiptOf(await writeLine(line, text))
      checkpointInBackground(lines)
      return receipt
    },
    async appendEvent(kind, detail) {
      refuseWhenClosed(closing)
      return receiptOf(await writeEvent(kind, detail && shapeDetail(detail, redact, limits)))
    },
    query: (filter = {}, { signal } = {}) => queryStore(store, filter, signal),
    async checkpoint() {
      refuseWhenClosed(closing)
      return await writeCheckpoint()
    },
    continues: (checkpoint) => hasLastLine(store, checkpoint),
    proveInclusion: (seq, size = writer.head().size) => proveInclusion(store.parts(), seq, size),
    proveConsistency: (oldSize, size = writer.head().size) =>
      proveConsistency(store.parts(), oldSize, size),
    async redact(redaction) {
      refuseWhenClosed(closing)
      // One after the other: of two in the same line, the second must not undo the first.
      const redacted = redacting.then(() => redactStored({ store, writeEvent }, redaction))
      redacting = redacted.catch(() => {})
      return receiptOf(await redacted)
    },
    health() {
      const checkpoint = checkpoints.latest()
      const { size } = writer.head()
      return { ...writer.state(), size, ...(checkpoint ? { checkpoint } : {}) }
    },
    close() {
      closing ??= close()
      return closing
    }
  }
}

function prepare(line: LogLine, salt: string, text: string): PreparedLine {
  try {
    return prepareLine(line, salt, text)
  } catch (cause) {
    throw new AuditError('invalid_entry', 'the line holds what JSON cannot say', { cause })
  }
}

function receiptOf({ seq, hash }: SealedLine): Receipt {
  return { seq, hash }
}

function refuseWhenClosed(closing: Promise<void> | undefined): void {
  if (closing) throw new AuditError('closed', 'the log is closed')
}

function sourceOf({ tenant_id, agent_id, caller }: AuditEntry): string {
  return JSON.stringify([tenant_id || 'local', caller ?? '', caller === undefined ? agent_id : ''])
}

/** Draws random bytes many at a time: one by one they cost more than the hash. */
function randomSalts(): () => string {
  let text = ''
  let at = 0
  return () => {
    if (at === text.length) {
      text = randomBytes(4096).toString('hex')
      at = 0
    }
    at += 32
    return text.slice(at - 32, at)
  }
}
