import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { saveIndex } from '../../src/file/archive-index.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { archivesOf } from '../support/archives-of.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const keys = [signerOf('log.test').verifierKey]
const hourMs = 3_600_000

describe('rotation', () => {
  test('many times within a second loses nothing, and makes names that v1.0 knows', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const log = await openLog(fileAuditStore({ path, rotation: { maxBytes: 1500 } }))
    for (let i = 0; i < 30; i++) await log.append(entryOf(i))
    await eventually(() =>
      expect(archivesOf(path).every((name) => name.endsWith('.gz'))).toBe(true)
    )
    const archives = archivesOf(path)
    expect(archives.length).toBeGreaterThan(5)
    expect((await log.query()).lines).toHaveLength(30)
    await log.close()
    const report = await verifyLog(readLogFiles(path), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: 30, unsealed: 0 } })
    for (const name of readdirSync(dirname(path))) {
      expect(statSync(join(dirname(path), name)).mode & 0o777).toBe(0o600)
    }
    const live = JSON.parse((await readFile(path, 'utf8')).split('\n')[0] as string)
    expect(live._meta).toMatchObject({ schema_version: 2 })
    const from = live._meta.rotated_from
    expect(archivesOf(path).some((name) => name.startsWith(from))).toBe(true)
  })

  test('makes archives that any gzip can read, each with a header line', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const log = await openLog(fileAuditStore({ path, rotation: { maxBytes: 400_000 } }))
    await Promise.all(Array.from({ length: 1200 }, (_, i) => log.append(entryOf(i))))
    await log.append(entryOf(0))
    await eventually(() => expect(archivesOf(path).some((name) => name.endsWith('.gz'))).toBe(true))
    await log.close()
    const name = archivesOf(path).find((archive) => archive.endsWith('.gz')) as string
    const lines = gunzipSync(await readFile(join(dirname(path), name)))
      .toString('utf8')
      .split('\n')
    expect(lines[0]).toMatch(/^\{"_meta":\{"schema_version":2,"created_at":"/)
    expect(lines.length).toBeGreaterThan(500)
  })

  test('happens by age too', async () => {
    const fs = new SimFs()
    let time = Date.parse('2026-11-22T00:00:00Z')
    const now = () => time
    const path = '/log/audit.jsonl'
    const rotation = { maxBytes: 0, maxAgeMs: hourMs }
    const log = await openLog(fileAuditStore({ path, fs, now, rotation, compress: false }), { now })
    const at = () => new Date(time).toISOString()
    await log.append(entryOf(0, { timestamp: at() }))
    time += 2 * hourMs
    await log.append(entryOf(1, { timestamp: at() }))
    await log.append(entryOf(2, { timestamp: at() }))
    await log.close()
    expect((await fs.list('/log')).filter((name) => /Z$/.test(name))).toEqual([
      'audit.jsonl.20261122T020000Z'
    ])
  })

  test('goes on in order when the clock goes back', async () => {
    const fs = new SimFs()
    let time = Date.parse('2026-11-22T00:00:00Z')
    const now = () => (time -= hourMs)
    const path = '/log/audit.jsonl'
    const log = await openLog(fileAuditStore({ path, fs, now, rotation: { maxBytes: 1500 } }), {
      now
    })
    for (let i = 0; i < 12; i++) await log.append(entryOf(i))
    expect((await log.query()).lines).toHaveLength(12)
    await log.close()
    expect(await verifyLog(readLogFiles(path, fs), { keys })).toMatchObject({ ok: true })
  })
})

describe('retention', () => {
  test.each([
    ['some are left', 2],
    ['none is left', 0]
  ])(
    'says what was deleted by the archives and not by their indexes, where %s',
    async (_, left) => {
      const fs = new SimFs()
      const path = '/log/audit.jsonl'
      const options = { path, fs, rotation: { maxBytes: 5000 }, compress: false }
      const log = await openLog(fileAuditStore(options))
      for (let i = 0; i < 40; i++) await log.append(entryOf(i))
      await log.close()
      const archives = (await fs.list('/log')).filter((name) => /Z$/.test(name)).sort()
      expect(archives.length).toBeGreaterThan(3)
      for (const name of archives) {
        const { length } = fs.read(`/log/${name}`)
        const contents = { blocks: () => [], lines: () => 9e9, unsealedLines: 0, firstSeq: 1e9 }
        await saveIndex(fs, `/log/${name}`, length, contents)
      }
      // A hundred years later, all but those that are kept are too old.
      const now = (): number => Date.UTC(2126, 10, 22)
      const old = { minAgeMs: 0, ...(left > 0 ? { maxParts: left } : { maxAgeMs: 1000 }) }
      const again = await openLog(
        fileAuditStore({ ...options, rotation: { maxBytes: 0 }, retention: old, now })
      )
      const [event] = await eventually(async () => {
        const { lines } = await again.query({ kind: 'parts-deleted' })
        expect(lines).toHaveLength(1)
        return lines
      })
      await again.close()
      const report = await verifyLog(readLogFiles(path, fs), { keys })
      expect(report).toMatchObject({ ok: true })
      const detail = event && '_meta' in event ? event._meta.detail : {}
      expect(detail).toMatchObject({ through_seq: report.from - 1 })
    }
  )

  test.each([
    ['count', { maxParts: 2 }],
    ['bytes', { maxBytes: 12_000 }],
    ['age', { maxAgeMs: 8 * hourMs }]
  ])(
    'by %s deletes the oldest, says so, and what is left verifies and is proved',
    async (_, bounds) => {
      const fs = new SimFs()
      let time = Date.parse('2026-11-22T00:00:00Z')
      const now = () => time
      const path = '/log/audit.jsonl'
      const retention = { ...bounds, minAgeMs: 0 }
      const rotation = { maxBytes: 5000 }
      const options = { path, fs, now, retention, rotation, compress: false }
      const log = await openLog(fileAuditStore(options), { now })
      for (let i = 0; i < 60; i++) {
        await log.append(entryOf(i))
        time += hourMs / 2
      }
      const deleted = await eventually(async () => {
        const { lines } = await log.query({ kind: 'parts-deleted' })
        expect(lines.length).toBeGreaterThan(1)
        return lines
      })
      expect(JSON.stringify(deleted)).toContain('"names":["audit.jsonl.20261122T')
      const { lines } = await log.query()
      expect(lines.length).toBeLessThan(60)
      const checkpoint = await log.checkpoint()
      const seq = lines[0]?.seq as number
      await log.proveInclusion(seq, checkpoint.size)
      await expect(log.proveInclusion(0, checkpoint.size)).rejects.toMatchObject({
        code: 'not_found'
      })
      await log.close()
      const report = await verifyLog(readLogFiles(path, fs), {
        keys,
        checkpoints: [checkpoint.note]
      })
      expect(report.problem).toBeUndefined()
      expect(report.from).toBeGreaterThan(0)
    }
  )

  test('never deletes what is younger than the minimum age, whatever else it was told', async () => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    const retention = { maxParts: 1, maxBytes: 1, maxAgeMs: 1 }
    const log = await openLog(fileAuditStore({ path, retention, rotation: { maxBytes: 1500 } }))
    for (let i = 0; i < 20; i++) await log.append(entryOf(i))
    await eventually(() =>
      expect(archivesOf(path).every((name) => name.endsWith('.gz'))).toBe(true)
    )
    expect((await log.query()).lines).toHaveLength(20)
    await log.close()
    expect(existsSync(path)).toBe(true)
  })
})
