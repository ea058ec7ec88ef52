/** What AgentGuard v1.0 was weak at, by the numbers of its list of weaknesses. Each is tested here once more. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { fileAuditStore, readLogFiles } from '../src/file/index.ts'
import { exportJsonLines, verifyLog } from '../src/index.ts'
import { sqliteAuditStore } from '../src/sqlite/index.ts'
import { collect } from './support/collect.ts'
import { entryOf } from './support/entries.ts'
import { signerOf } from './support/log-keys.ts'
import { openLog } from './support/open-log.ts'
import { SimFs } from './support/sim-fs.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]

describe('known weaknesses of AgentGuard v1.0', () => {
  test('23: a flood of large requests does not rotate the history away', async () => {
    const fs = new SimFs()
    const retention = { maxParts: 5 }
    const log = await openLog(
      fileAuditStore({ path, fs, retention, rotation: { maxBytes: 100_000 } })
    )
    await log.append(entryOf(7, { agent_id: 'honest' }))
    const command = '<'.repeat(1_000_000)
    const request = { scope: 'shell', command }
    for (let i = 0; i < 112; i++) await log.append(entryOf(i, { agent_id: 'flood', request }))
    expect((await log.query({ agent_id: 'honest' })).lines).toHaveLength(1)
    await log.close()
    const bytes = (await fs.list('/log')).reduce(
      (sum, name) => sum + fs.read(`/log/${name}`).length,
      0
    )
    expect(bytes).toBeLessThan(112 * 20_000)
  })

  test('24: one large request breaks no later search', async () => {
    const log = await openLog(fileAuditStore({ path, fs: new SimFs() }))
    const meta = Object.fromEntries(
      Array.from({ length: 200 }, (_, i) => [`k${i}`, '\u0000'.repeat(5000)])
    )
    await log.append(entryOf(0, { request: { scope: 'x', command: '<'.repeat(5_000_000), meta } }))
    await log.append(entryOf(1))
    const { lines, unreadable } = await log.query()
    expect([lines.length, unreadable]).toEqual([2, 0])
    expect(JSON.stringify(lines[0]).length).toBeLessThan(70_000)
    await log.close()
  })

  test('24: nor does such a line in a log that v1.0 wrote', async () => {
    const fs = new SimFs()
    const large = JSON.stringify(
      entryOf(0, { request: { scope: 'x', command: 'a'.repeat(5_000_000) } })
    )
    fs.put(path, Buffer.from(`${large}\nnot a line\n${JSON.stringify(entryOf(1))}\n`))
    const log = await openLog(fileAuditStore({ path, fs }))
    const { lines, unreadable } = await log.query()
    expect([lines.length, unreadable]).toEqual([2, 1])
    await log.close()
  })

  test('25: rotations within one second overwrite nothing', async () => {
    const fs = new SimFs()
    const now = () => Date.parse('2026-11-22T07:06:12Z')
    const options = { path, fs, now, rotation: { maxBytes: 1 }, compress: false }
    const log = await openLog(fileAuditStore(options), { now })
    for (let i = 0; i < 13; i++) await log.append(entryOf(i))
    expect((await log.query()).lines).toHaveLength(13)
    expect((await fs.list('/log')).filter((name) => /Z$/.test(name)).length).toBeGreaterThan(10)
    await log.close()
  })

  test('26: a changed entry is noticed', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }))
    await log.append(entryOf(5))
    await log.close()
    fs.put(path, Buffer.from(fs.read(path).toString('utf8').replace('"DENY"', '"ALLOW"')))
    expect((await verifyLog(readLogFiles(path, fs), { keys })).problem?.code).toBe('changed')
  })

  test('27: nothing is spilled beside the log, so nothing is written twice or deleted unread', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'audit.jsonl')
    const log = await openLog(fileAuditStore({ path: file }), { limits: { maxWaiting: 10 } })
    const command = 'a'.repeat(5_000_000)
    const answers = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) =>
        log.append(entryOf(i, i === 5 ? { request: { scope: 'x', command } } : {}))
      )
    )
    const written = answers.filter(({ status }) => status === 'fulfilled').length
    await log.close()
    expect(readdirSync(directory)).toEqual(['audit.jsonl'])
    const report = await verifyLog(readLogFiles(file), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: written } })
  })

  test('28: an entry is on the disk before its answer, and none is answered that is not written', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }))
    let isSynced = false
    fs.fault = ({ name }) => {
      if (name === 'write') isSynced = false
      if (name === 'sync') isSynced = true
      return undefined
    }
    await log.append(entryOf(0))
    expect(isSynced).toBe(true)
    const racing = [log.append(entryOf(1)), log.close(), log.append(entryOf(2))]
    const [first, , last] = await Promise.allSettled(racing)
    expect(first?.status).toBe('fulfilled')
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'closed' } })
    const report = await verifyLog(readLogFiles(path, fs), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: 2 } })
  })

  test('29: the newest are found first if that is asked for, in archives too, by time, and are exported', async () => {
    const log = await openLog(
      fileAuditStore({ path, fs: new SimFs(), rotation: { maxBytes: 2000 } })
    )
    for (let i = 0; i < 20; i++) await log.append(entryOf(i))
    const newest = (await log.query({ order: 'desc', limit: 1 })).lines[0]
    expect(newest).toMatchObject(entryOf(19))
    const { timestamp: since } = entryOf(3)
    const { timestamp: until } = entryOf(5)
    expect((await log.query({ since, until })).lines).toMatchObject([entryOf(3), entryOf(4)])
    expect((await collect(exportJsonLines(log))).join('').trimEnd().split('\n')).toHaveLength(20)
    await log.close()
  })

  test('30: SQLite keeps every member of an entry', async () => {
    const log = await openLog(sqliteAuditStore({ database: new DatabaseSync(':memory:') }))
    const entry = entryOf(1, {
      request: { scope: 'cost', est_cost: 0.12, meta: { a: 'b' }, approval_id: 'ap_1' },
      result: { schema_version: 'v1', decision: 'ALLOW', reason: '', approval_url: 'http://x' }
    })
    await log.append(entry)
    expect((await log.query()).lines[0]).toMatchObject(entry)
    await log.close()
  })

  test('31: a thousand planted secrets are nowhere in the files', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'audit.jsonl')
    const log = await openLog(fileAuditStore({ path: file, rotation: { maxBytes: 100_000 } }), {
      redact: (text) => text.replaceAll(/sk-\d+-secret/g, '[secret]')
    })
    await Promise.all(
      Array.from({ length: 250 }, (_, i) => {
        const request = {
          scope: 'shell',
          command: `curl -H sk-${i}-secret`,
          url: `http://x/?k=sk-${i}-secret`,
          meta: { [`arg`]: `sk-${i}-secret` },
          actions: [{ scope: 'network', path: `sk-${i}-secret` }]
        }
        return log.append(entryOf(i, { request }))
      })
    )
    await log.appendEvent('authentication-failed', { header: ['sk-1-secret'] })
    await log.close()
    for (const name of readdirSync(directory)) {
      expect(readFileSync(join(directory, name)).includes('secret]') || name.includes('.gz')).toBe(
        true
      )
    }
    for await (const part of readLogFiles(file)) {
      for await (const chunk of part.chunks()) {
        expect(Buffer.from(chunk).toString('utf8')).not.toMatch(/sk-\d+-secret/)
      }
    }
  })

  test('32: what is no verdict is written down as well, and readers of verdicts skip it', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }))
    for (const kind of ['started', 'policy-loaded', 'authentication-failed', 'stopped']) {
      await log.appendEvent(kind, { by: 'test' })
    }
    await log.append(entryOf(0))
    await log.close()
    const lines = fs.read(path).toString('utf8').trimEnd().split('\n')
    const verdicts = lines.filter((line) => !line.trimStart().startsWith('{"_meta"'))
    expect(verdicts.map((line) => JSON.parse(line).agent_id)).toEqual(['agent-0'])
  })

  test('33: no text makes a line of its own', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }))
    const command = 'x\n{"_meta":{}}\r\n\u2028\u001b[2J'
    await log.append(entryOf(0, { request: { scope: 'shell', command }, agent_id: '{"_meta"\n' }))
    await log.close()
    const lines = fs.read(path).toString('utf8').trimEnd().split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[1] as string).request.command).toBe(command)
    expect(lines[1]).not.toContain('\u001b')
  })

  test('36: lines are in the order of their numbers, with the request, the caller and the policy', async () => {
    const log = await openLog(fileAuditStore({ path, fs: new SimFs() }))
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        log.append(entryOf(i, { request_id: `r-${i}`, caller: 'key-1', policy_digest: 'd' }))
      )
    )
    const { lines } = await log.query({ limit: 1000 })
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    expect(lines[4]).toMatchObject({ request_id: 'r-4', caller: 'key-1', policy_digest: 'd' })
    expect(existsSync(path)).toBe(false)
    await log.close()
  })
})
