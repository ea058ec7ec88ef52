import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { verifyLog } from '../../src/index.ts'
import { sqliteAuditStore } from '../../src/sqlite/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'

const keys = [signerOf('log.test').verifierKey]

describe('a log in SQLite', () => {
  test('deletes whole parts that are too many, says so, and still verifies', async () => {
    const database = new DatabaseSync(':memory:')
    const retention = { maxParts: 1, minAgeMs: 0 }
    const store = sqliteAuditStore({ database, partLines: 10, retention })
    const log = await openLog(store)
    for (let i = 0; i < 60; i++) await log.append(entryOf(i))
    await eventually(async () => {
      expect((await log.query({ kind: 'parts-deleted' })).lines.length).toBeGreaterThan(0)
    })
    const { lines } = await log.query()
    expect(lines.length).toBeLessThan(60)
    const checkpoint = await log.checkpoint()
    await log.proveInclusion(lines[0]?.seq as number, checkpoint.size)
    const report = await verifyLog(store.parts(), { keys, checkpoints: [checkpoint.note] })
    expect(report.problem).toBeUndefined()
    expect(report.from).toBeGreaterThan(0)
    await log.close()
  })

  test('refuses entries while the database cannot be written, and goes on when it can', async () => {
    const database = new DatabaseSync(':memory:')
    const store = sqliteAuditStore({ database })
    const log = await openLog(store)
    await log.append(entryOf(0))
    database.exec('pragma query_only = on')
    await expect(log.append(entryOf(1))).rejects.toMatchObject({ code: 'write_failed' })
    database.exec('pragma query_only = off')
    await eventually(() => expect(log.health().status).toBe('ok'))
    await log.append(entryOf(2))
    const report = await verifyLog(store.parts(), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: 2 } })
    await log.close()
  })

  test('notices a row that was changed', async () => {
    const database = new DatabaseSync(':memory:')
    const store = sqliteAuditStore({ database })
    const log = await openLog(store)
    for (let i = 0; i < 5; i++) await log.append(entryOf(i))
    await log.close()
    database.exec(`update audit_lines set text = replace(text, 'ALLOW', 'DENY') where seq = 3`)
    expect((await verifyLog(store.parts(), { keys })).problem).toMatchObject({
      code: 'changed',
      seq: 3
    })
  })

  test('waits for the disk, unless it is told not to', async () => {
    for (const [durability, synchronous] of [
      ['fsync', 2],
      ['written', 1]
    ] as const) {
      const database = new DatabaseSync(':memory:')
      const log = await openLog(sqliteAuditStore({ database }), { durability })
      expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous })
      await log.close()
    }
  })
})
