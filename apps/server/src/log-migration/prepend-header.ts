import { constants, createReadStream } from 'node:fs'
import { copyFile, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { nodeLogFs, takeLock } from '@agentguard/audit/file'

/** The newest format that this program knows. */
const knownVersion = 2

/** How a log stands. */
export type LogState =
  /** There is none, or it is empty: nothing is to be done. */
  | { readonly kind: 'absent' }
  /** It has a header: nothing is to be done. */
  | { readonly kind: 'current' }
  /** It is of a later version than this program. */
  | { readonly kind: 'later'; readonly version: number }
  /** It is of before AgentGuard 0.4.1, and has no header. */
  | { readonly kind: 'headerless' }

export interface PrependOptions {
  readonly file: string
  /** Where the copy of the old log goes. */
  readonly backupDirectory: string
  readonly now: () => Date
}

/** Looks at the first line of a log. */
export async function readLogState(file: string): Promise<LogState> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' }
    throw error
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0)
    const start = buffer.subarray(0, bytesRead).toString('utf8')
    const line = start.trimStart().split('\n', 1)[0] ?? ''
    if (line === '') return { kind: bytesRead === 0 ? 'absent' : 'headerless' }
    if (!line.startsWith('{"_meta"')) return { kind: 'headerless' }
    const version = Number(/"schema_version":(\d+)/.exec(line)?.[1] ?? knownVersion)
    return version > knownVersion ? { kind: 'later', version } : { kind: 'current' }
  } finally {
    await handle.close()
  }
}

/**
 * Puts a header in front of a log that has none, as AgentGuard 0.4.1 did: a copy is kept beside it, the
 * new log is written whole and takes the place of the old one at once. Resolves to the name of the copy.
 *
 * Rejects while another process has the log open. A copy that is there already is never written over.
 */
export async function prependHeader({
  file,
  backupDirectory,
  now
}: PrependOptions): Promise<string> {
  const lock = await takeLock(nodeLogFs, `${file}.lock`, Date.now)
  const temporary = `${file}.v041-migrate.tmp`
  try {
    // Somebody else may have done it before the lock was ours.
    const state = await readLogState(file)
    if (state.kind !== 'headerless') throw new Error('the log has changed meanwhile: try again')
    const backup = join(backupDirectory, `${basename(file)}.v040-backup`)
    await mkdir(backupDirectory, { recursive: true, mode: 0o700 })
    await keepCopy(file, backup)
    await writeWithHeader(file, temporary, now())
    await rename(temporary, file)
    await syncDirectory(dirname(file))
    return backup
  } finally {
    await rm(temporary, { force: true })
    await lock.release()
  }
}

async function keepCopy(file: string, backup: string): Promise<void> {
  try {
    await copyFile(file, backup, constants.COPYFILE_EXCL)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  const copy = await open(backup, 'r+')
  try {
    await copy.chmod(0o600)
    await copy.sync()
  } finally {
    await copy.close()
  }
}

async function writeWithHeader(file: string, temporary: string, now: Date): Promise<void> {
  const target = await open(temporary, 'w', 0o600)
  try {
    const header = { _meta: { schema_version: knownVersion, created_at: now.toISOString() } }
    await target.writeFile(`${JSON.stringify(header)}\n`)
    for await (const chunk of createReadStream(file)) await target.writeFile(chunk as Buffer)
    await target.sync()
  } finally {
    await target.close()
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
