import { createHash } from 'node:crypto'
import type { LogPart } from '../verify/log-part.ts'
import { decompress } from './archive-chunks.ts'
import { listArchives } from './list-archives.ts'
import type { LogFile, LogFs } from './log-fs.ts'
import { type LogPaths, logPaths } from './log-paths.ts'
import { nodeLogFs } from './node-log-fs.ts'
import { readOpenFile } from './read-chunks.ts'

/**
 * The files of a log as they are, the oldest first: its archives, compressed or not, and the live file.
 * The log may be in use meanwhile.
 */
export async function* readLogFiles(path: string, fs: LogFs = nodeLogFs): AsyncGenerator<LogPart> {
  const paths = logPaths(path)
  let latest = 0
  for (;;) {
    const live = await openIfThere(fs, paths.live)
    // Found after the file was opened: whatever is older than it is among them.
    const archives = (await listArchives(fs, paths)).filter(({ closedAt }) => closedAt > latest)
    if (live && archives.length === 0) return yield filePart(paths.name, live)
    await live?.close()
    if (archives.length === 0) return
    for (const { name, closedAt } of archives) {
      latest = closedAt
      const part = await openArchive(fs, paths, name)
      if (part) yield part
    }
  }
}

/** An archive, which may be compressed by now. `undefined` when it is deleted by now. */
async function openArchive(fs: LogFs, paths: LogPaths, name: string): Promise<LogPart | undefined> {
  for (const candidate of [name, `${name}.gz`]) {
    const file = await openIfThere(fs, paths.archive(candidate))
    if (file) return filePart(candidate, file)
  }
  return undefined
}

async function openIfThere(fs: LogFs, path: string): Promise<LogFile | undefined> {
  try {
    return await fs.open(path, 'read')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function filePart(name: string, file: LogFile): LogPart {
  const digest = createHash('sha256')
  async function* tapped(): AsyncGenerator<Buffer> {
    for await (const chunk of readOpenFile(file)) {
      digest.update(chunk)
      yield chunk
    }
  }
  return {
    name,
    chunks: () => (name.endsWith('.gz') ? decompress(tapped()) : tapped()),
    digest: () => digest.copy().digest('hex')
  }
}
