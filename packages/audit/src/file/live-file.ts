import { AuditError } from '../audit-error.ts'
import type { SealedLine } from '../chain/chain.ts'
import type { LogLine } from '../chain/log-line.ts'
import type { BlockIndex } from './block-index.ts'
import type { Rotation } from './file-audit-store.ts'
import type { FileStoreOptions } from './file-store.ts'
import type { LogFile } from './log-fs.ts'
import { readChunks } from './read-chunks.ts'
import { rewriteLine } from './rewrite-line.ts'
import { type ScannedFile, scanLogFile } from './scan-log-file.ts'
import { type FileContents, type StoredFile, whileMoving } from './stored-file.ts'
import { writeFully } from './write-fully.ts'

type Durability = 'fsync' | 'written'

/** How a file is opened that lines are added to. */
export function appendMode(durability: Durability): 'append' | 'append-synced' {
  return durability === 'fsync' ? 'append-synced' : 'append'
}

/** Most of what is written at once fits. Memory outside of the heap makes the engine collect the whole heap. */
const encodedBytes = 262_144

/** How often it is made sure that the open file is the one of its name. */
const inPlaceMs = 1000

/** In UTF-8, of what is one code unit in a text. */
const maxBytesPerUnit = 3

/** The file that lines are added to. */
export class LiveFile {
  readonly file: StoredFile
  readonly durability: Durability
  readonly #options: FileStoreOptions
  #handle: LogFile
  #scanned: ScannedFile
  #firstSeq: number | undefined
  #bytes: number
  /** When the file was last seen under its name. */
  #seenAt: number
  readonly #encoded = Buffer.allocUnsafe(encodedBytes)

  constructor(
    options: FileStoreOptions,
    opened: { handle: LogFile; scanned: ScannedFile; durability: Durability }
  ) {
    this.#options = options
    this.#handle = opened.handle
    this.#scanned = opened.scanned
    this.#firstSeq = opened.scanned.firstSeq
    this.#bytes = opened.scanned.bytes
    this.durability = opened.durability
    this.#seenAt = options.now()
    this.file = { place: this.#place() }
  }

  /** Starts a file that is not there yet. */
  static async create(options: FileStoreOptions, durability: Durability): Promise<LiveFile> {
    const { fs, paths } = options
    const handle = await fs.open(paths.live, appendMode(durability))
    try {
      await fs.syncDirectory(paths.directory)
      const scanned = await scanLogFile(readChunks(fs, paths.live))
      return new LiveFile(options, { handle, scanned, durability })
    } catch (error) {
      await handle.close().catch(() => {})
      throw error
    }
  }

  async append(lines: readonly SealedLine[]): Promise<void> {
    await this.#assertInPlace()
    let text = ''
    for (const line of lines) text += `${line.text}\n`
    const bytes = this.#encode(text)
    await writeFully(this.#handle, bytes)
    const isAscii = bytes.length === text.length
    for (const line of lines) {
      const { length } = line.text
      this.#index().add(line.line, 1 + (isAscii ? length : Buffer.byteLength(line.text)))
    }
    this.#bytes += bytes.length
    this.#firstSeq ??= lines[0]?.seq
  }

  isDue({ maxBytes, maxAgeMs }: Rotation, now: number): boolean {
    // A file with a header alone is never closed, however small the bound.
    if (this.#index().lines() < 2) return false
    const startedAt = Date.parse(`${this.#index().startedAt()}Z`)
    const isOld = maxAgeMs > 0 && now - startedAt >= maxAgeMs
    return isOld || (maxBytes > 0 && this.#bytes >= maxBytes)
  }

  contents(): FileContents {
    const live = this
    return {
      blocks: () => live.#index().blocks(),
      lines: () => live.#index().lines(),
      unsealedLines: this.#scanned.unsealed.lines,
      get firstSeq() {
        return live.#firstSeq
      }
    }
  }

  /** Puts a line in the place of the one with its number. */
  async replace(line: LogLine): Promise<void> {
    const { fs, paths } = this.#options
    await rewriteLine(fs, readChunks(fs, paths.live), paths.temporary, line)
    // From here on the open file is not the one of that name. What fails now fails the log, which then
    // opens the right one.
    await this.#handle.close()
    await whileMoving(this.file, async () => {
      await fs.rename(paths.temporary, paths.live)
      await fs.syncDirectory(paths.directory)
      const scanned = await scanLogFile(readChunks(fs, paths.live))
      this.#handle = await fs.open(paths.live, appendMode(this.durability))
      this.#scanned = scanned
      this.#bytes = scanned.bytes
      this.file.place = this.#place()
    })
  }

  /** Makes sure of everything that was written, and lets go of the file. */
  async close(): Promise<void> {
    this.#index().close()
    await this.#handle.sync()
    await this.#handle.close()
  }

  /** Lets go of the file, which may have failed. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {})
  }

  /** What is written to a file that has lost its name, or was emptied, is in no log: it must not look written. */
  async #assertInPlace(): Promise<void> {
    const { fs, paths, now } = this.#options
    const at = now()
    if (Math.abs(at - this.#seenAt) < inPlaceMs) return
    const found = await fs.stat(paths.live)
    const isSame = found?.identity === (await this.#handle.identity())
    if (!found || !isSame || found.size < this.#bytes) {
      throw new AuditError(
        'write_failed',
        'the live file of the log was removed, replaced or cut while it is open'
      )
    }
    this.#seenAt = at
  }

  /** A text as UTF-8, until the next one: lines are written one after the other. */
  #encode(text: string): Uint8Array {
    if (text.length * maxBytesPerUnit > encodedBytes) return Buffer.from(text)
    return this.#encoded.subarray(0, this.#encoded.write(text))
  }

  #index(): BlockIndex {
    return this.#scanned.index
  }

  #place(): StoredFile['place'] {
    const contents = this.contents()
    return { path: this.#options.paths.live, isCompressed: false, contents }
  }
}
