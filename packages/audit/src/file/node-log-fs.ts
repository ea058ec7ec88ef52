import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import type { LogFile, LogFs, OpenMode } from './log-fs.ts'

/** Only the owner may read or write a log. */
const ownerOnly = 0o600

const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_RDONLY, O_RDWR } = constants

/** Where one call does both: write, and wait for the disk. Elsewhere the flag is missing, or means less. */
const canWriteSynced = process.platform === 'linux'

const append = O_RDWR | O_APPEND | O_CREAT
const flags: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  append,
  'append-synced': canWriteSynced ? append | O_DSYNC : append,
  create: O_RDWR | O_APPEND | O_CREAT | O_EXCL
}

/** The file system of the machine. */
export const nodeLogFs: LogFs = {
  async open(path, mode) {
    const handle = await open(path, flags[mode], ownerOnly)
    return logFile(handle, mode === 'append-synced' && !canWriteSynced)
  },
  list: (directory) => readdir(directory),
  async stat(path) {
    try {
      const found = await stat(path)
      return { size: found.size, modifiedAt: found.mtimeMs, identity: identityOf(found) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  touch: (path) => utimes(path, new Date(), new Date()),
  async syncDirectory(directory) {
    // Windows has no way to do this, and does not need it.
    if (process.platform === 'win32') return
    const handle = await open(directory, O_RDONLY)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

function logFile(handle: FileHandle, syncsEachWrite: boolean): LogFile {
  return {
    async write(bytes) {
      const { bytesWritten } = await handle.write(bytes)
      if (syncsEachWrite) await handle.datasync()
      return bytesWritten
    },
    async read(into, position) {
      return (await handle.read(into, 0, into.length, position)).bytesRead
    },
    async size() {
      return (await handle.stat()).size
    },
    identity: async () => identityOf(await handle.stat()),
    truncate: (size) => handle.truncate(size),
    sync: () => handle.datasync(),
    close: () => handle.close()
  }
}

function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}
