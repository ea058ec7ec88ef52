import type { AuditStore } from '../audit-store.ts'
import type { Retention } from '../retention/expired-parts.ts'
import { FileStore } from './file-store.ts'
import type { LogFs } from './log-fs.ts'
import { logPaths } from './log-paths.ts'
import { nodeLogFs } from './node-log-fs.ts'

/** Where a log in files is, and how long its files are. */
export interface FileAuditStoreOptions {
  /** The file that lines are added to. Archives and the lock are beside it. */
  readonly path: string
  /** When the file is closed and the next one started. */
  readonly rotation?: Partial<Rotation>
  /** How long archives are kept. By default, for ever. */
  readonly retention?: Retention
  /**
   * Whether archives are compressed.
   *
   * @defaultValue true
   */
  readonly compress?: boolean
  /** Is told what failed beside the writing: compressing and deleting archives. */
  readonly onError?: (error: unknown) => void
  readonly fs?: LogFs
  readonly now?: () => number
}

/** When a file is closed. 0 sets no bound. */
export interface Rotation {
  /** @defaultValue 100 MiB */
  readonly maxBytes: number
  /** @defaultValue 0 */
  readonly maxAgeMs: number
}

const defaultRotation: Rotation = { maxBytes: 104_857_600, maxAgeMs: 0 }

/** Lines in a file of JSON Lines, with archives beside it. For one process at a time. */
export function fileAuditStore(options: FileAuditStoreOptions): AuditStore {
  const { path, retention = {}, compress = true, onError = () => {} } = options
  const { fs = nodeLogFs, now = Date.now } = options
  const rotation = { ...defaultRotation, ...options.rotation }
  return new FileStore({ fs, paths: logPaths(path), rotation, retention, compress, onError, now })
}
