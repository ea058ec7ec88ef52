import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { AuditError } from '../audit-error.ts'
import type { LogFs } from './log-fs.ts'
import { processStart } from './process-start.ts'
import { readChunks } from './read-chunks.ts'
import { writeFully } from './write-fully.ts'

/** A lock that this process holds. */
export interface LockFile {
  release(): Promise<void>
}

/** Who holds a lock. */
interface LockHolder {
  readonly pid: number
  readonly started: string
  readonly host: string
  readonly token: string
}

/** How often the holder says that it is still there, and after how long others believe that it is not. */
const touchMs = 10_000
const abandonedMs = 60_000

/** How long a lock may be there without saying whose it is, and how often that is looked at. */
const namelessMs = 500
const attempts = 10
const attemptMs = 100

/**
 * Takes the lock of a log, or rejects with an AuditError `locked`.
 *
 * A lock is stale when its process is gone, known by its number and start. Of a process on another
 * host only the lock's age tells.
 */
export async function takeLock(fs: LogFs, path: string, now: () => number): Promise<LockFile> {
  const holder: LockHolder = {
    pid: process.pid,
    started: (await processStart(process.pid)) ?? '',
    host: hostname(),
    token: randomUUID()
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await create(fs, path, holder)) return held(fs, path, holder)
    if (!(await removeStale(fs, path, now))) await wait(attemptMs)
  }
  throw new AuditError('locked', 'another process has the log open')
}

async function create(fs: LogFs, path: string, holder: LockHolder): Promise<boolean> {
  try {
    const file = await fs.open(path, 'create')
    try {
      await writeFully(file, Buffer.from(`${JSON.stringify(holder)}\n`))
    } finally {
      await file.close()
    }
    // Whoever was held up while he wrote may have lost it meanwhile.
    return (await read(fs, path))?.holder?.token === holder.token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes a lock that nobody holds any more. Returns whether it is worth to try again at once. */
async function removeStale(fs: LogFs, path: string, now: () => number): Promise<boolean> {
  const found = await read(fs, path)
  if (found === undefined) return true
  if (!(await isStale(fs, path, found.holder, now))) {
    if (found.holder === undefined) return false
    const { pid, host } = found.holder
    throw new AuditError('locked', `process ${pid} on ${host} has the log open`)
  }
  // Of two who find it stale, only one can rename it. Who renames a fresh one gives it back.
  const aside = `${path}.${randomUUID()}`
  await fs.rename(path, aside).catch(() => undefined)
  const moved = await read(fs, aside)
  if (moved && moved.text !== found.text) await fs.rename(aside, path)
  else await fs.remove(aside)
  return true
}

async function isStale(
  fs: LogFs,
  path: string,
  holder: LockHolder | undefined,
  now: () => number
): Promise<boolean> {
  if (holder && holder.host === hostname()) {
    const started = await processStart(holder.pid)
    return started === undefined || started !== holder.started
  }
  // Of another host, or its process was killed before it wrote who it is.
  const stat = await fs.stat(path)
  const patienceMs = holder ? abandonedMs : namelessMs
  return stat !== undefined && now() - stat.modifiedAt > patienceMs
}

async function read(
  fs: LogFs,
  path: string
): Promise<{ text: string; holder: LockHolder | undefined } | undefined> {
  let text = ''
  try {
    for await (const chunk of readChunks(fs, path)) text += chunk.toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return { text, holder: parseHolder(text) }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, started, host, token } = JSON.parse(text)
    const isHolder = Number.isSafeInteger(pid) && typeof host === 'string'
    return isHolder ? { pid, started: String(started), host, token: String(token) } : undefined
  } catch {
    return undefined
  }
}

function held(fs: LogFs, path: string, holder: LockHolder): LockFile {
  const timer = setInterval(() => void fs.touch(path).catch(() => {}), touchMs)
  timer.unref()
  return {
    async release() {
      clearInterval(timer)
      const found = await read(fs, path)
      if (found?.holder?.token === holder.token) await fs.remove(path)
    }
  }
}
