import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type VerifyReport, verifyLog } from '@agentguard/audit'
import { readLogFiles } from '@agentguard/audit/file'

/** Verifies the audit log of a data directory with the key that lies beside it. */
export async function verifyAuditFile(directory: string): Promise<VerifyReport> {
  const key = await readFile(join(directory, 'audit-signing-key.pem.pub'), 'utf8')
  return await verifyLog(readLogFiles(join(directory, 'audit.jsonl')), { keys: [key.trim()] })
}
