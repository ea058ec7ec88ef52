import { createHash } from 'node:crypto'
import type { AuditMeta } from '@agentguard/protocol'
import { AuditError } from '../audit-error.ts'
import type { StoreOpenOptions, StoreTail } from '../audit-store.ts'
import type { ChainHead } from '../chain/chain.ts'
import { sealVersion } from '../chain/seal-version.ts'
import type { Archives } from './archives.ts'
import type { FileStoreOptions } from './file-store.ts'
import { findEnd, findKept } from './find-end.ts'
import { appendMode, LiveFile } from './live-file.ts'
import type { LogFile } from './log-fs.ts'
import { readChunks } from './read-chunks.ts'
import { type ScannedFile, scanLogFile } from './scan-log-file.ts'
import { writeFully } from './write-fully.ts'

const schemaVersion = 2

type Repair = Readonly<Record<string, unknown>>

/** Opens the file that lines are added to, repairs its end, and finds where the chain stands. */
export async function openTail(
  options: FileStoreOptions,
  archives: Archives,
  { keep, durability }: StoreOpenOptions
): Promise<{ live: LiveFile; tail: StoreTail }> {
  const { fs, paths, now } = options
  const isNew = (await fs.stat(paths.live)) === undefined
  const handle = await fs.open(paths.live, appendMode(durability))
  try {
    if (isNew) await fs.syncDirectory(paths.directory)
    const found = await scanLogFile(readChunks(fs, paths.live))
    checkVersions(found)
    const { end, head } = keep
      ? findKept(found, keep)
      : findEnd(found, !(await archives.isSealed()))
    const repair =
      end < found.bytes ? await cut(options, { handle, end, isKept: !keep, found }) : undefined
    const scanned = repair ? await scanLogFile(readChunks(fs, paths.live)) : found
    const live = new LiveFile(options, { handle, scanned, durability })
    const rest = repair ? { repair } : {}
    if (head && head.size > 0) return { live, tail: { head, ...rest } }
    const before = await archives.head()
    if (keep && keep.hash !== before.hash) {
      throw new AuditError('write_failed', 'the end of the log is not the one that was written')
    }
    const created_at = new Date(now()).toISOString()
    const header = await headerOf({ scanned, archives, head: before, created_at })
    return { live, tail: { head: before, header, ...rest } }
  } catch (error) {
    await handle.close().catch(() => {})
    throw error
  }
}

function checkVersions({ schemaVersion: schema = 0, sealVersion: seal = 0 }: ScannedFile): void {
  if (schema > schemaVersion || seal > sealVersion) {
    throw new AuditError(
      'unsupported_version',
      `the log is of version ${schema}, its seal of ${seal}`
    )
  }
}

/** Cuts a file, and keeps what is cut off in a file of its own. */
async function cut(
  { fs, paths }: FileStoreOptions,
  {
    handle,
    end,
    isKept,
    found
  }: { handle: LogFile; end: number; isKept: boolean; found: ScannedFile }
): Promise<Repair> {
  const digest = createHash('sha256')
  const path = paths.cut(found.tail.find(({ start }) => start === end)?.before?.size ?? 0)
  const copy = isKept ? await fs.open(path, 'create') : undefined
  try {
    for await (const chunk of readChunks(fs, paths.live, end)) {
      digest.update(chunk)
      if (copy) await writeFully(copy, chunk)
    }
    await copy?.sync()
  } finally {
    await copy?.close()
  }
  await handle.truncate(end)
  await handle.sync()
  const cutFile = isKept ? { cut_file: path.slice(paths.directory.length + 1) } : {}
  return { cut_bytes: found.bytes - end, cut_sha256: digest.digest('hex'), ...cutFile }
}

/** The first sealed line of a file. It says what there was before. */
async function headerOf({
  scanned: { bytes, unsealed, schemaVersion: found },
  archives,
  head,
  created_at
}: {
  scanned: ScannedFile
  archives: Archives
  head: ChainHead
  created_at: string
}): Promise<AuditMeta> {
  const version = found === undefined ? { schema_version: schemaVersion } : {}
  const rotated_from = archives.latestName()
  const rotated = bytes === 0 && rotated_from !== undefined ? { rotated_from } : {}
  const meta = { ...version, created_at, ...rotated }
  const unsealed_archives = head.size > 0 ? [] : await archives.unsealed()
  if (bytes === 0 && unsealed_archives.length === 0) return meta
  const prefix =
    bytes === 0 ? {} : { unsealed_bytes: unsealed.bytes, unsealed_sha256: unsealed.sha256 }
  return { ...meta, event: 'log-sealed', detail: { ...prefix, unsealed_archives } }
}
