import type { AuditMeta } from '@agentguard/protocol'
import type {
  AuditStore,
  StoredLines,
  StoreOpenOptions,
  StoreScan,
  StoreTail
} from '../audit-store.ts'
import type { SealedLine } from '../chain/chain.ts'
import type { LogLine } from '../chain/log-line.ts'
import type { Retention } from '../retention/expired-parts.ts'
import type { LogPart } from '../verify/log-part.ts'
import { Archives } from './archives.ts'
import type { Rotation } from './file-audit-store.ts'
import { LiveFile } from './live-file.ts'
import { type LockFile, takeLock } from './lock-file.ts'
import type { LogFs } from './log-fs.ts'
import type { LogPaths } from './log-paths.ts'
import { openTail } from './open-tail.ts'
import { readLogFiles } from './read-log-files.ts'
import { scanFiles } from './scan-files.ts'

/** What the parts of a store in files share. */
export interface FileStoreOptions {
  readonly fs: LogFs
  readonly paths: LogPaths
  readonly rotation: Rotation
  readonly retention: Retention
  readonly compress: boolean
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/** A log in files: one that lines are added to, and archives. */
export class FileStore implements AuditStore {
  readonly #options: FileStoreOptions
  readonly #archives: Archives
  #lock: LockFile | undefined
  #live: LiveFile | undefined
  #open: StoreOpenOptions | undefined

  constructor(options: FileStoreOptions) {
    this.#options = options
    this.#archives = new Archives(options)
  }

  async open(open: StoreOpenOptions): Promise<StoreTail> {
    const { fs, paths, now } = this.#options
    this.#open = open
    this.#lock ??= await takeLock(fs, paths.lock, now)
    try {
      await this.#live?.abandon()
      await this.#archives.open(open.record)
      const { live, tail } = await openTail(this.#options, this.#archives, open)
      this.#live = live
      this.#archives.maintain()
      return tail
    } catch (error) {
      if (!open.keep) await this.#release()
      throw error
    }
  }

  append(lines: readonly SealedLine[]): Promise<void> {
    return this.#opened().append(lines)
  }

  isRotationDue(): boolean {
    const { rotation, now } = this.#options
    return this.#opened().isDue(rotation, now())
  }

  async rotate(seal: (header: AuditMeta) => SealedLine): Promise<void> {
    const { fs, paths, now } = this.#options
    const live = this.#opened()
    const name = await this.#archives.nextName(now())
    await live.close()
    await fs.rename(paths.live, paths.archive(name))
    this.#archives.add(name, live.file)
    await fs.syncDirectory(paths.directory)
    const next = await LiveFile.create(this.#options, live.durability)
    this.#live = next
    const created_at = new Date(now()).toISOString()
    await next.append([seal({ schema_version: 2, created_at, rotated_from: name })])
    this.#archives.maintain()
  }

  async *scan(scan: StoreScan): AsyncGenerator<StoredLines> {
    const archives = await this.#archives.files()
    // While a rotation is under way, the live file is among the archives already.
    const files = new Set([...archives, this.#opened().file])
    yield* scanFiles(this.#options.fs, [...files], scan)
  }

  parts(): AsyncIterable<LogPart> {
    return readLogFiles(this.#options.paths.live, this.#options.fs)
  }

  async replace(line: LogLine): Promise<void> {
    const live = this.#opened()
    const { firstSeq = 0 } = live.contents()
    if ((line.seq as number) < firstSeq) return await this.#archives.replace(line)
    await this.#open?.exclusively(() => this.#opened().replace(line))
  }

  async close(): Promise<void> {
    await this.#archives.close()
    await this.#live?.abandon()
    await this.#release()
  }

  async #release(): Promise<void> {
    await this.#lock?.release()
    this.#lock = undefined
  }

  #opened(): LiveFile {
    if (!this.#live) throw new Error('the store is not open')
    return this.#live
  }
}
