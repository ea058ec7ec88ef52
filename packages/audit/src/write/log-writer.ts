import type { AuditMeta } from '@agentguard/protocol'
import { AuditError } from '../audit-error.ts'
import type { AuditStore, StoreOpenOptions } from '../audit-store.ts'
import { type ChainHead, emptyChain, type SealedLine } from '../chain/chain.ts'
import { sealVersion } from '../chain/seal-version.ts'
import { createBatchSize } from './batch-size.ts'
import { type Draft, type Waiting, WriteQueue } from './write-queue.ts'

/** How a writer is. */
export interface WriterState {
  readonly status: 'ok' | 'failed' | 'closed'
  readonly waiting: number
  readonly refused: number
  readonly error?: unknown
}

/** What a writer needs. */
export interface LogWriterOptions {
  readonly store: AuditStore
  readonly durability: 'fsync' | 'written' | 'async'
  readonly maxWaiting: number
  readonly maxWaitingBytes: number
  readonly retryMs: number
  readonly now: () => number
  /** Seals a line of the writer's own. */
  readonly seal: (head: ChainHead, meta: AuditMeta) => SealedLine
  readonly checkpoint: Draft
  /** Is given each checkpoint that is written before a rotation. */
  readonly onCheckpoint: (line: SealedLine) => void
  readonly record: StoreOpenOptions['record']
  readonly onError: (error: unknown) => void
}

const maxBatch = 512

/** Writes lines one after the other, many at a time, and gets over failures of the storage. */
export class LogWriter {
  readonly #options: LogWriterOptions
  readonly #queue: WriteQueue
  readonly #batchSize = createBatchSize(maxBatch)
  #head = emptyChain
  #isOpened = false
  #status: WriterState['status'] = 'ok'
  #error: unknown
  #refused = 0
  #refusedBefore = 0
  /** What is under way. There is never more than one. */
  #running: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(options: LogWriterOptions) {
    this.#options = options
    this.#queue = new WriteQueue(options)
  }

  /** Opens the store, and writes down what was found there. */
  async open(failure: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { store, durability, record, seal, now } = this.#options
    const tail = await store.open({
      durability: durability === 'async' ? 'written' : durability,
      record,
      exclusively: (run) => this.#exclusively(run),
      ...(this.#isOpened ? { keep: this.#head } : {})
    })
    let head = tail.head
    const lines: SealedLine[] = []
    const add = (meta: AuditMeta): void => {
      const line = seal(head, meta)
      lines.push(line)
      head = line.head
    }
    if (tail.header) add(withSeal(tail.header, head))
    const detail = { ...tail.repair, ...failure }
    if (Object.keys(detail).length > 0) {
      add({ created_at: new Date(now()).toISOString(), event: 'log-repaired', detail })
    }
    if (lines.length > 0) await store.append(lines)
    this.#head = head
    this.#isOpened = true
  }

  /** Writes a line. Its size is about what it will have, for the bounds of the queue. */
  write(draft: Draft, bytes: number): Promise<SealedLine> {
    if (this.#status !== 'ok') {
      this.#refused++
      return Promise.reject(this.#refusal())
    }
    const written = this.#queue.add(draft, bytes)
    if (written === undefined) {
      this.#refused++
      return Promise.reject(new AuditError('pushback', 'too much waits to be written'))
    }
    this.#running ??= this.#run()
    return written
  }

  /** Where the chain stands, as far as it is written. */
  head(): ChainHead {
    return this.#head
  }

  state(): WriterState {
    const error = this.#status === 'failed' ? { error: this.#error } : {}
    return { status: this.#status, waiting: this.#queue.size(), refused: this.#refused, ...error }
  }

  /** Writes what waits. Nothing can be written any more. */
  async close(): Promise<void> {
    while (this.#running) await this.#running
    this.#status = 'closed'
    clearTimeout(this.#retry)
    this.#queue.rejectAll(this.#refusal())
    await this.#options.store.close()
  }

  async #run(): Promise<void> {
    // Whoever is about to write in this turn of the event loop is written with the first.
    await new Promise(setImmediate)
    let written: readonly Written[] = []
    try {
      while (this.#queue.size() > 0) {
        if (this.#options.store.isRotationDue()) await this.#rotate()
        written = await this.#commit(written)
        if (this.#queue.size() > 0) continue
        answer(written)
        written = []
        // Whoever was answered may write again at once.
        await new Promise(setImmediate)
      }
    } catch (error) {
      this.#fail(error)
    }
    answer(written)
    this.#running = undefined
  }

  /**
   * Writes what waits. Those before are answered while the disk is busy: what they do next costs no
   * time then. Returns who is to be answered.
   */
  async #commit(before: readonly Written[]): Promise<readonly Written[]> {
    const { store, durability } = this.#options
    const count = this.#batchSize.next(this.#queue.size(), before.length)
    const { batch, head } = this.#seal(this.#queue.take(count))
    // None is left when nothing of what waited could be sealed.
    if (batch.length === 0) return before
    if (durability === 'async') answer(batch)
    const started = performance.now()
    try {
      const appended = store.append(batch.map(({ line }) => line))
      answer(before)
      await appended
      this.#batchSize.took(performance.now() - started)
    } catch (cause) {
      answer(before)
      const error = new AuditError('write_failed', 'the entry was not written', { cause })
      for (const { reject } of batch) reject(error)
      this.#refused += batch.length
      throw cause
    }
    this.#head = head
    return batch
  }

  #seal(waiting: readonly Waiting[]): { batch: readonly Written[]; head: ChainHead } {
    const batch: Written[] = []
    let head = this.#head
    for (const { draft, resolve, reject } of waiting) {
      try {
        const line = draft(head)
        head = line.head
        batch.push({ line, resolve, reject })
      } catch (cause) {
        reject(new AuditError('invalid_entry', 'the entry cannot be sealed', { cause }))
      }
    }
    return { batch, head }
  }

  async #rotate(): Promise<void> {
    const { store, checkpoint, seal, onCheckpoint } = this.#options
    const last = checkpoint(this.#head)
    await store.append([last])
    this.#head = last.head
    onCheckpoint(last)
    let { head } = last
    await store.rotate((header) => {
      const line = seal(last.head, withSeal(header, last.head))
      head = line.head
      return line
    })
    this.#head = head
  }

  /** Whoever wants to write meanwhile finds `#running` set, and waits for its turn. */
  async #exclusively(run: () => Promise<void>): Promise<void> {
    while (this.#running) await this.#running
    if (this.#status !== 'ok') throw this.#refusal()
    const done = run()
    // What fails here may have left the store in any state; it is opened anew.
    this.#running = done.catch((error) => this.#fail(error))
    await this.#running
    this.#running = this.#queue.size() > 0 ? this.#run() : undefined
    await done
  }

  #fail(error: unknown): void {
    this.#status = 'failed'
    this.#error = error
    this.#refused += this.#queue.rejectAll(this.#refusal())
    this.#options.onError(error)
    this.#retryLater()
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#recover(), this.#options.retryMs)
    this.#retry.unref()
  }

  async #recover(): Promise<void> {
    if (this.#status !== 'failed') return
    const refused = this.#refused
    const failure = { cause: codeOf(this.#error), refused: refused - this.#refusedBefore }
    this.#running = this.open(failure).then(
      () => {
        this.#refusedBefore = refused
        this.#status = 'ok'
      },
      (error) => {
        this.#error = error
        this.#retryLater()
      }
    )
    await this.#running
    this.#running = undefined
  }

  #refusal(): AuditError {
    if (this.#status === 'closed') return new AuditError('closed', 'the log is closed')
    const options = { cause: this.#error }
    return new AuditError('write_failed', 'the log cannot be written at the moment', options)
  }
}

/** A line that is written, and whoever waits for that. */
interface Written {
  readonly line: SealedLine
  readonly resolve: (line: SealedLine) => void
  readonly reject: (error: unknown) => void
}

function answer(written: readonly Written[]): void {
  for (const { line, resolve } of written) resolve(line)
}

function withSeal(header: AuditMeta, { tree }: ChainHead): AuditMeta {
  return { ...header, seal: { version: sealVersion, tree: tree.roots } }
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : 'unknown'
}
