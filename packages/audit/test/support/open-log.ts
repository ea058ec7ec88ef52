import {
  type AuditLog,
  type AuditLogOptions,
  type AuditStore,
  openAuditLog
} from '../../src/index.ts'
import { signerOf } from './log-keys.ts'

/** A log with a fixed key, without redaction, that tries again soon after a failure. */
export function openLog(
  store: AuditStore,
  options: Partial<AuditLogOptions> = {}
): Promise<AuditLog> {
  return openAuditLog({
    store,
    signer: signerOf('log.test'),
    redact: false,
    retryMs: 5,
    ...options
  })
}
