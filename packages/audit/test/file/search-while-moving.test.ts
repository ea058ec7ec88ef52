import type { AuditEntry } from '@agentguard/protocol'
import { expect, test } from 'vitest'
import { fileAuditStore } from '../../src/file/index.ts'
import { entryOf } from '../support/entries.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'

test('a search finds every line once while files are rotated, compressed and redacted', async () => {
  const path = '/log/audit.jsonl'
  const log = await openLog(fileAuditStore({ path, fs: new SimFs(), rotation: { maxBytes: 4000 } }))
  for (let i = 0; i < 30; i++) await log.append(entryOf(i, { duration_ms: i }))
  let isDone = false
  const writing = (async () => {
    for (let i = 30; i < 120; i++) {
      const { seq } = await log.append(entryOf(i, { duration_ms: i }))
      if (i % 7 === 0) await log.redact({ seq, fields: ['/request/command'], reason: 'test' })
      if (i % 11 === 0) await log.redact({ seq: 1, fields: ['/agent_id'], reason: 'test' })
    }
    isDone = true
  })()
  let searches = 0
  while (!isDone) {
    for (const order of ['asc', 'desc'] as const) {
      const { lines, unreadable } = await log.query({ limit: 1000, order })
      const found = lines.map((line) => (line as AuditEntry).duration_ms)
      if (order === 'desc') found.reverse()
      expect(unreadable).toBe(0)
      expect(found).toEqual(Array.from({ length: found.length }, (_, i) => i))
      expect(found.length).toBeGreaterThanOrEqual(30)
      searches++
    }
  }
  await writing
  expect(searches).toBeGreaterThan(3)
  await log.close()
})
