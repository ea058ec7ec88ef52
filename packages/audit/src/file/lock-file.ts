import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { AuditError } from '../audit-error.ts'
import type { LogFs } from './log-fs.ts'
import { processNamespace, processStart } from './process-start.ts'
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
  /** In which the number is that of the process. Empty where it is not known. */
  readonly namespace: string
  readonly token: string
}

/** How often the holder says that it is still there, and after how long others believe that it is not. */
const touchMs = 2000
const abandonedMs = 60_000

/** The same, where the holder may be a container that was killed, and the next one is to start soon. */
const quietMs = 6000

/** How long a lock may be there without saying whose it is. */
const namelessMs = 500

/** How often, and how long, a lock is looked at of which it is not clear whether somebody holds it. */
const attemptMs = 100
const attempts = 80

/**
 * Takes the lock of a log, or rejects with an AuditError `locked`.
 *
 * A lock is stale when its process is gone, known by its number and start. Of a process on another host only the
 * lock's age tells, and so it does of one in another container of the same name, whose processes are not seen here:
 * that takes some seconds.
 */
export async function takeLock(fs: LogFs, path: string, now: () => number): Promise<LockFile> {
  const holder: LockHolder = {
    pid: process.pid,
    started: (await processStart(process.pid)) ?? '',
    host: hostname(),
    namespace: await processNamespace(),
    token: randomUUID()
  }
  let seen: SeenLock | undefined
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await create(fs, path, holder)) return held(fs, path, holder)
    const found = await read(fs, path)
    if (found === undefined) continue
    const state = await stateOf(found, holder, now)
    const isTouched = seen?.text === found.text && seen.modifiedAt !== found.modifiedAt
    if (state === 'held' || isTouched) throw lockedBy(found.holder)
    if (state === 'stale') await remove(fs, path, found)
    else await wait(attemptMs)
    seen = found
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

/** A lock as it was found. */
interface SeenLock {
  readonly text: string
  readonly holder: LockHolder | undefined
  readonly modifiedAt: number
}

/** `unclear`: somebody may hold it, and says so soon if he does. */
async function stateOf(
  { holder, modifiedAt }: SeenLock,
  own: LockHolder,
  now: () => number
): Promise<'held' | 'stale' | 'unclear'> {
  const age = now() - modifiedAt
  // Its process was killed before it wrote who it is, or is about to.
  if (holder === undefined) return age > namelessMs ? 'stale' : 'unclear'
  if (holder.host !== own.host) return age > abandonedMs ? 'stale' : 'held'
  const isSeen = holder.namespace === own.namespace || holder.namespace === ''
  if (!isSeen) return age > quietMs ? 'stale' : 'unclear'
  const started = await processStart(holder.pid)
  return started === undefined || started !== holder.started ? 'stale' : 'held'
}

function lockedBy(holder: LockHolder | undefined): AuditError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process'
  return new AuditError('locked', `${who} has the log open`)
}

/** Removes a lock that nobody holds any more. */
async function remove(fs: LogFs, path: string, found: SeenLock): Promise<void> {
  // Of two who find it stale, only one can rename it. Who renames a fresh one gives it back.
  const aside = `${path}.${randomUUID()}`
  await fs.rename(path, aside).catch(() => undefined)
  const moved = await read(fs, aside)
  if (moved && moved.text !== found.text) await fs.rename(aside, path)
  else await fs.remove(aside)
}

/** The lock that is there; `undefined` when there is none. */
async function read(fs: LogFs, path: string): Promise<SeenLock | undefined> {
  let text = ''
  try {
    for await (const chunk of readChunks(fs, path)) text += chunk.toString('utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const stat = await fs.stat(path)
  return stat && { text, holder: parseHolder(text), modifiedAt: stat.modifiedAt }
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const { pid, started, host, namespace, token } = JSON.parse(text)
    if (!Number.isSafeInteger(pid) || typeof host !== 'string') return undefined
    return {
      pid,
      started: String(started),
      host,
      namespace: typeof namespace === 'string' ? namespace : '',
      token: String(token)
    }
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
