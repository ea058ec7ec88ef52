import { generateKeyPairSync } from 'node:crypto'
import { createSigner, openAuditLog } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import type { AuditEntry } from '@agentguard/protocol'

export interface SealedLog {
  /** What the signatures are checked with. */
  readonly verifierKey: string
  /** The last checkpoint, as somebody would keep it. */
  readonly checkpoint: string
}

/** Writes a sealed log with an entry for each command, and closes it. */
export async function writeSealedLog(
  path: string,
  entries: readonly (Partial<AuditEntry> & Pick<AuditEntry, 'request'>)[]
): Promise<SealedLog> {
  const signer = createSigner('cli.test', generateKeyPairSync('ed25519').privateKey)
  const log = await openAuditLog({ store: fileAuditStore({ path }), signer, redact: false })
  for (const entry of entries) {
    await log.append({
      timestamp: new Date().toISOString(),
      session_id: '',
      agent_id: entry.request.agent_id ?? '',
      result: { decision: 'ALLOW', reason: 'as it was' },
      duration_ms: 0,
      ...entry
    })
  }
  const { note } = await log.checkpoint()
  await log.close()
  return { verifierKey: signer.verifierKey, checkpoint: note }
}
