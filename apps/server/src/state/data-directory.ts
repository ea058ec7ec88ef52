import { access, constants, mkdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { AuditError } from '@agentguard/audit'
import { nodeLogFs, takeLock } from '@agentguard/audit/file'
import { messageOf, StateError } from './state-error.ts'

/** The names of what lies in a data directory. */
export interface DataPaths {
  readonly directory: string
  readonly database: string
  readonly auditLog: string
  readonly signingKey: string
  readonly redactionKey: string
  /** What the links in notifications are signed with. */
  readonly linkKey: string
  readonly deadLetters: string
  /** How many verdicts there were, for metrics. */
  readonly counts: string
  readonly lock: string
}

export function dataPaths(directory: string): DataPaths {
  const path = (name: string): string => join(directory, name)
  return {
    directory,
    database: path('agentguard.db'),
    auditLog: path('audit.jsonl'),
    signingKey: path('audit-signing-key.pem'),
    redactionKey: path('redaction.key'),
    linkKey: path('approval-links.key'),
    deadLetters: path('notifications.dead.jsonl'),
    counts: path('counts.json'),
    lock: path('agentguard.lock')
  }
}

/**
 * Creates a directory and those above it, for their owner only. Node's own way to do so never ends below /proc,
 * where nothing can be created and nothing says so.
 */
async function createDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    const parent = dirname(directory)
    if (code !== 'ENOENT' || parent === directory || (await isDirectory(parent))) throw error
    await createDirectory(parent)
    await mkdir(directory, { mode: 0o700 })
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )
}

/** A new container has another host name than the one that was killed. */
const abroad =
  '. If it is on another host or in another container and was killed, wait: its lock is taken over after a minute'

/** A data directory that this process holds. */
export interface DataDirectory {
  readonly paths: DataPaths
  release(): Promise<void>
}

/**
 * Takes a data directory for this process; creates it if need be. Rejects with a `StateError` if it cannot
 * be written to, or if another process has it. The lock of a process that was killed is taken over.
 */
export async function takeDataDirectory(directory: string): Promise<DataDirectory> {
  const paths = dataPaths(directory)
  try {
    await createDirectory(resolve(directory))
    if (!(await isDirectory(directory))) throw new StateError('it is no directory')
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    const lock = await takeLock(nodeLogFs, paths.lock, Date.now)
    return { paths, release: () => lock.release() }
  } catch (error) {
    const where = resolve(directory)
    if (error instanceof AuditError && error.code === 'locked') {
      const who = error.message.replace(' has the log open', '')
      throw new StateError(
        `the data directory ${where} is in use: ${who} serves from it. Stop that one, or give --data-dir another directory${who.endsWith(` on ${hostname()}`) ? '' : abroad}`
      )
    }
    throw new StateError(`the data directory ${where} cannot be used: ${messageOf(error)}`)
  }
}
