import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileAuditStore } from '../src/file/index.ts'
import { memoryAuditStore } from '../src/memory/index.ts'
import { sqliteAuditStore } from '../src/sqlite/index.ts'
import { auditLogContract } from './audit-log.contract.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

auditLogContract('memory', async () => {
  const store = memoryAuditStore()
  return () => store
})

auditLogContract('SQLite', async () => {
  const database = new DatabaseSync(join(await temporaryDirectory(), 'audit.db'))
  return () => sqliteAuditStore({ database })
})

auditLogContract('a file', async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  return () => fileAuditStore({ path })
})

auditLogContract('files that rotate all the time', async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  return () => fileAuditStore({ path, rotation: { maxBytes: 3000 } })
})
