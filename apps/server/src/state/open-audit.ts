import type { DatabaseSync } from 'node:sqlite'
import {
  AuditError,
  type AuditLog,
  type AuditStore,
  openAuditLog,
  type RedactText,
  type SignedCheckpoint
} from '@agentguard/audit'
import type { AuditOptions } from '../serve/options.ts'
import type { DataPaths } from './data-directory.ts'
import { openSigner } from './secret-files.ts'
import { messageOf, StateError } from './state-error.ts'

export interface OpenAuditOptions extends AuditOptions {
  readonly paths: DataPaths
  /** Needed for the backend `store`. */
  readonly database: DatabaseSync | undefined
  readonly redact: RedactText
  readonly onError: (error: unknown) => void
  readonly onCheckpoint?: (checkpoint: SignedCheckpoint) => void
  /** Looks at the lines on their way into the store. */
  readonly watch?: ((store: AuditStore) => AuditStore) | undefined
}

/** Opens the audit log. Rejects with a `StateError` that says what is wrong with it. */
export async function openAudit(options: OpenAuditOptions): Promise<AuditLog> {
  const { paths, redact, durability, onError, onCheckpoint, sourceBytesPerHour, watch } = options
  const signer = await openSigner(paths.signingKey)
  const store = await openStore(options)
  try {
    return await openAuditLog({
      store: watch ? watch(store) : store,
      signer,
      redact,
      durability,
      onError,
      ...(onCheckpoint ? { onCheckpoint } : {}),
      budget:
        sourceBytesPerHour > 0
          ? { burstBytes: sourceBytesPerHour, bytesPerHour: sourceBytesPerHour }
          : false
    })
  } catch (error) {
    throw new StateError(`the audit log ${auditPath(options)} cannot be opened: ${reasonOf(error)}`)
  }
}

/** Where the log is. */
export function auditPath({ path, paths }: Pick<OpenAuditOptions, 'path' | 'paths'>): string {
  return path ?? paths.auditLog
}

async function openStore(options: OpenAuditOptions): Promise<AuditStore> {
  const { backend, database, maxParts, maxAgeMs, maxPartBytes, compress, onError } = options
  const retention = {
    ...(maxParts > 0 ? { maxParts } : {}),
    ...(maxAgeMs > 0 ? { maxAgeMs } : {})
  }
  if (backend === 'store') {
    if (!database) {
      throw new StateError('--audit-backend=store requires --persist (the store is disabled)')
    }
    const { sqliteAuditStore } = await import('@agentguard/audit/sqlite')
    return sqliteAuditStore({ database, retention })
  }
  const { fileAuditStore } = await import('@agentguard/audit/file')
  const path = auditPath(options)
  return fileAuditStore({
    path,
    rotation: { maxBytes: maxPartBytes },
    retention,
    compress,
    onError
  })
}

function reasonOf(error: unknown): string {
  const cause = error instanceof AuditError && error.cause ? `: ${messageOf(error.cause)}` : ''
  return `${messageOf(error)}${cause}`
}
