import { AuditError } from '../audit-error.ts'
import type { StoreOpenOptions } from '../audit-store.ts'
import { type ChainHead, emptyChain } from '../chain/chain.ts'
import type { LogLine } from '../chain/log-line.ts'
import { expiredParts } from '../retention/expired-parts.ts'
import { archiveChunks } from './archive-chunks.ts'
import { indexPath, loadIndex, saveIndex } from './archive-index.ts'
import { nextArchiveName, parseArchiveName } from './archive-name.ts'
import { compressArchive } from './compress-archive.ts'
import { digestFile } from './digest-file.ts'
import type { FileStoreOptions } from './file-store.ts'
import { findEnd } from './find-end.ts'
import { firstSealedSeq } from './first-sealed-seq.ts'
import { listArchives } from './list-archives.ts'
import { rewriteLine } from './rewrite-line.ts'
import { scanLogFile } from './scan-log-file.ts'
import { type FileContents, type StoredFile, whileMoving } from './stored-file.ts'

/** An archive: a file of a log that no more lines are added to. */
interface Archive {
  name: string
  readonly closedAt: number
  isCompressed: boolean
  /** What is in it, once that is known. */
  file: StoredFile | undefined
}

/** The closed files of a log, and what is done with them off the hot path. */
export class Archives {
  readonly #options: FileStoreOptions
  #archives: Archive[] = []
  #record: StoreOpenOptions['record'] = async () => undefined
  #isClosed = false
  /** What is done in the background, one step after the other. */
  #work: Promise<void> = Promise.resolve()

  constructor(options: FileStoreOptions) {
    this.#options = options
  }

  /** Finds the archives that there are, and takes away what a broken-off step left behind. */
  async open(record: StoreOpenOptions['record']): Promise<void> {
    const { fs, paths } = this.#options
    this.#record = record
    await this.#work
    for (const name of await fs.list(paths.directory)) {
      const isLeft = name.startsWith(`${paths.name}.`) && name.endsWith('.tmp')
      if (isLeft) await fs.remove(paths.archive(name))
    }
    const known = this.#archives
    const found = await listArchives(fs, paths)
    this.#archives = found.map(
      (archive) =>
        known.find(({ name }) => name === archive.name) ?? { ...archive, file: undefined }
    )
    const plain = this.#archives.filter(({ isCompressed }) => !isCompressed)
    for (const { name } of plain) await this.#removeWithIndex(`${name}.gz`)
  }

  /** Where the chain stands behind the last archive. */
  async head(): Promise<ChainHead> {
    const last = this.#archives.at(-1)
    if (!last) return emptyChain
    const scanned = await scanLogFile(this.#chunksOf(last))
    const { end, head } = findEnd(scanned, true)
    if (end < scanned.bytes) throw new AuditError('open_failed', `\`${last.name}\` is damaged`)
    return head ?? emptyChain
  }

  /** Whether a live file belongs to a chain that is in the archives already. */
  async isSealed(): Promise<boolean> {
    const last = this.#archives.at(-1)
    return last !== undefined && (await this.#load(last)).place.contents.firstSeq !== undefined
  }

  latestName(): string | undefined {
    return this.#archives.at(-1)?.name
  }

  /** The archives that are not sealed, with their digests. */
  async unsealed(): Promise<{ name: string; bytes: number; sha256: string }[]> {
    const found = []
    for (const archive of this.#archives) {
      const { place } = await this.#load(archive)
      if (place.contents.firstSeq !== undefined) continue
      found.push({ name: archive.name, ...(await digestFile(this.#options.fs, place.path)) })
    }
    return found
  }

  /** A name for the next archive. It is looked for on the disk: a name that is there is never used again. */
  async nextName(now: number): Promise<string> {
    const { fs, paths } = this.#options
    return nextArchiveName(paths.name, await listArchives(fs, paths), now)
  }

  /** Takes in a file that was closed and has this name now. Searches that are under way find it there. */
  add(name: string, file: StoredFile): void {
    const { paths, now } = this.#options
    file.place = { ...file.place, path: paths.archive(name) }
    const closedAt = parseArchiveName(paths.name, name)?.closedAt ?? now()
    this.#archives.push({ name, closedAt, isCompressed: false, file })
  }

  /** The archives with what is in them, the oldest first. */
  async files(): Promise<StoredFile[]> {
    const files: StoredFile[] = []
    for (const archive of this.#archives) files.push(await this.#load(archive))
    return files
  }

  /** Compresses and deletes what is due, in the background. */
  maintain(): void {
    void this.#inBackground(async () => {
      for (const archive of [...this.#archives]) {
        if (this.#isClosed) return
        if (!archive.isCompressed) await this.#settle(archive)
      }
      await this.#prune()
    }).catch(this.#options.onError)
  }

  /** Puts a line in the place of the one with its number. */
  async replace(line: LogLine): Promise<void> {
    await this.#inBackground(async () => {
      for (const archive of this.#archives.toReversed()) {
        const { firstSeq } = (await this.#load(archive)).place.contents
        if (firstSeq === undefined || firstSeq > (line.seq as number)) continue
        return await this.#rewrite(archive, line)
      }
      throw new AuditError('not_found', 'the archive with the line is gone')
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#work
    this.#isClosed = false
  }

  #inBackground(step: () => Promise<void>): Promise<void> {
    const done = this.#work.then(step)
    this.#work = done.catch(() => {})
    return done
  }

  async #load(archive: Archive): Promise<StoredFile> {
    if (archive.file) return archive.file
    const path = this.#pathOf(archive)
    const { isCompressed } = archive
    const contents = await loadIndex(this.#options.fs, path, isCompressed)
    archive.file ??= { place: { path, isCompressed, contents } }
    return archive.file
  }

  /** Compresses an archive or, if that is not wanted, writes down what is in it. */
  async #settle(archive: Archive): Promise<void> {
    const { fs, compress } = this.#options
    const { place } = await this.#load(archive)
    // What is not sealed stays as it was found: its digest is in the log.
    if (compress && place.contents.firstSeq !== undefined) return await this.#compress(archive)
    const { size = 0 } = (await fs.stat(place.path)) ?? {}
    if ((await fs.stat(indexPath(place.path))) === undefined) {
      await saveIndex(fs, place.path, size, place.contents)
    }
  }

  async #compress(archive: Archive, from: string = this.#pathOf(archive)): Promise<void> {
    const { fs, paths } = this.#options
    const { place } = await this.#load(archive)
    const name = archive.isCompressed ? archive.name : `${archive.name}.gz`
    const path = paths.archive(name)
    const temporary = `${path}.tmp`
    const isRewritten = from !== place.path
    const contents = isRewritten ? await contentsOf(this.#options, from) : place.contents
    const copy = await compressArchive(fs, from, temporary, contents)
    // Written down before it is there: whichever of the two is found later, it is known.
    const { bytes, sha256 } = copy
    await this.#record('archive-compressed', { name, bytes, sha256 }).catch(async (error) => {
      await fs.remove(temporary)
      throw error
    })
    const file = archive.file as StoredFile
    await whileMoving(file, async () => {
      await fs.rename(temporary, path)
      file.place = { path, isCompressed: true, contents: copy.contents }
    })
    await fs.syncDirectory(paths.directory)
    await saveIndex(fs, path, copy.bytes, copy.contents)
    if (!archive.isCompressed) await this.#removeWithIndex(archive.name)
    archive.name = name
    archive.isCompressed = true
  }

  async #rewrite(archive: Archive, line: LogLine): Promise<void> {
    const { fs, paths } = this.#options
    const { place } = await this.#load(archive)
    const chunks = archiveChunks(fs, place.path, place.isCompressed)
    await rewriteLine(fs, chunks, paths.temporary, line)
    if (place.isCompressed) {
      await this.#compress(archive, paths.temporary)
      await fs.remove(paths.temporary)
      return
    }
    const contents = await contentsOf(this.#options, paths.temporary)
    const file = archive.file as StoredFile
    await whileMoving(file, async () => {
      await fs.rename(paths.temporary, place.path)
      file.place = { ...place, contents }
    })
    await fs.syncDirectory(paths.directory)
    await fs.remove(indexPath(place.path))
  }

  /** Deletes archives that are too old or too many. What is deleted is written down first. */
  async #prune(): Promise<void> {
    const { fs, paths, retention, now } = this.#options
    const sized = []
    for (const archive of this.#archives) {
      const bytes = (await fs.stat(this.#pathOf(archive)))?.size ?? 0
      sized.push({ bytes, closedAt: archive.closedAt, archive })
    }
    const expired = expiredParts(sized, retention, now()).map(({ archive }) => archive)
    if (expired.length === 0 || this.#isClosed) return
    const rest = this.#archives.slice(expired.length)
    const through_seq = await this.#lastSeqBefore(rest[0], expired.at(-1) as Archive)
    const names = expired.map(({ name }) => name)
    await this.#record('parts-deleted', { through_seq, names })
    this.#archives = this.#archives.filter((archive) => !expired.includes(archive))
    for (const { name } of expired) await this.#removeWithIndex(name)
    await fs.syncDirectory(paths.directory)
  }

  /** INVARIANT: read from the archives. A proof rests on it, and whoever can write an index can write what he likes. */
  async #lastSeqBefore(next: Archive | undefined, last: Archive): Promise<number> {
    const first = next && (await firstSealedSeq(this.#chunksOf(next)))
    if (first !== undefined) return first - 1
    const { head } = findEnd(await scanLogFile(this.#chunksOf(last)), true)
    return (head?.size ?? 0) - 1
  }

  #chunksOf(archive: Archive): AsyncIterable<Uint8Array> {
    return archiveChunks(this.#options.fs, this.#pathOf(archive), archive.isCompressed)
  }

  async #removeWithIndex(name: string): Promise<void> {
    const { fs, paths } = this.#options
    await fs.remove(paths.archive(name))
    await fs.remove(indexPath(paths.archive(name)))
  }

  #pathOf({ name }: Archive): string {
    return this.#options.paths.archive(name)
  }
}

async function contentsOf({ fs }: FileStoreOptions, path: string): Promise<FileContents> {
  const { index, unsealed, firstSeq } = await scanLogFile(archiveChunks(fs, path, false))
  index.close()
  return { blocks: index.blocks, lines: index.lines, unsealedLines: unsealed.lines, firstSeq }
}
