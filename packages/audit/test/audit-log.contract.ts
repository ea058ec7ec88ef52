import type { AuditEntry } from '@agentguard/protocol'
import { describe, expect, test } from 'vitest'
import {
  type AuditFilter,
  type AuditLog,
  type AuditPage,
  type AuditStore,
  exportCsv,
  exportJsonLines,
  hashOfLine,
  type LogLine,
  verifyConsistency,
  verifyInclusion,
  verifyLog
} from '../src/index.ts'
import { collect } from './support/collect.ts'
import { entryOf } from './support/entries.ts'
import { signerOf } from './support/log-keys.ts'
import { openLog } from './support/open-log.ts'

/** Makes a store on the same place each time that it is asked, and a new place for each test. */
type Place = () => Promise<() => AuditStore>

/** What every driver must do. */
export function auditLogContract(name: string, newPlace: Place): void {
  const keys = [signerOf('log.test').verifierKey]

  describe(`a log in ${name}`, () => {
    test('keeps entries in the order in which they were written, and gives each its number', async () => {
      const store = (await newPlace())()
      const log = await openLog(store)
      const receipts = await Promise.all([0, 1, 2, 3].map((i) => log.append(entryOf(i))))
      const { lines } = await log.query()
      expect(lines.map(({ seq }) => seq)).toEqual(receipts.map(({ seq }) => seq))
      expect(lines.map(({ hash }) => hash)).toEqual(receipts.map(({ hash }) => hash))
      expect(lines.map(withoutSeal)).toEqual([0, 1, 2, 3].map((i) => entryOf(i)))
      await log.close()
    })

    test('continues what it was when a checkpoint was made, and no other log does', async () => {
      const place = await newPlace()
      const log = await openLog(place())
      await log.append(entryOf(0))
      const { size, hash } = await log.checkpoint()
      await log.append(entryOf(1))
      await log.close()
      const again = await openLog(place())
      expect(await again.continues({ size, hash })).toBe(true)
      expect(await again.continues({ size: 0, hash: '' })).toBe(true)
      expect(await again.continues({ size: size + 1, hash })).toBe(false)
      expect(await again.continues({ size: size + 1000, hash })).toBe(false)
      await again.close()
      const other = await openLog((await newPlace())())
      for (let i = 0; i < 8; i++) await other.append(entryOf(i))
      expect(await other.continues({ size, hash })).toBe(false)
      await other.close()
    })

    test('verifies, and goes on with its chain when it is opened again', async () => {
      const place = await newPlace()
      const first = await openLog(place())
      await first.append(entryOf(0))
      await first.close()
      const store = place()
      const log = await openLog(store)
      const { seq } = await log.append(entryOf(1))
      const checkpoint = await log.checkpoint()
      const report = await verifyLog(store.parts(), { keys, checkpoints: [checkpoint.note] })
      expect(report).toMatchObject({ ok: true, from: 0, provenSize: checkpoint.size })
      expect(report.counts.entries).toBe(2)
      expect(seq).toBe(3) // header, entry, checkpoint
      await log.close()
    })

    test('finds by every member of the filter', async () => {
      const log = await openLog((await newPlace())())
      for (let i = 0; i < 20; i++) {
        await log.append(
          entryOf(
            i,
            i === 7 ? { tenant_id: 'acme', request_id: 'r-7', trace_id: 't-7', transport: 'x' } : {}
          )
        )
      }
      const count = async (filter: Parameters<typeof log.query>[0]) =>
        (await log.query(filter)).lines.length
      expect(await count({ agent_id: 'agent-3' })).toBe(3)
      expect(await count({ agent_id: 'agent' })).toBe(0)
      expect(await count({ session_id: 'session-1' })).toBe(2)
      expect(await count({ decision: 'DENY' })).toBe(4)
      expect(await count({ scope: 'shell' })).toBe(7)
      expect(await count({ transport: 'x' })).toBe(1)
      expect(await count({ transport: 'sdk' })).toBe(0)
      expect(await count({ tenant_id: 'acme' })).toBe(1)
      expect(await count({ tenant_id: 'local' })).toBe(19)
      expect(await count({ request_id: 'r-7' })).toBe(1)
      expect(await count({ trace_id: 't-7' })).toBe(1)
      expect(await count({ trace_id: 't' })).toBe(0)
      expect(await count({ text: 'T-7' })).toBe(1)
      expect(await count({ text: 'PROJECT-1' })).toBe(11)
      expect(await count({ text: 'mcp_gateway' })).toBe(20)
      expect(await count({ text: 'no such text' })).toBe(0)
      expect(await count({ agent_id: '', decision: '' })).toBe(20)
      const third = (await log.query()).lines[2] as AuditEntry
      expect(await count({ since: third.timestamp })).toBe(18)
      expect(await count({ until: third.timestamp })).toBe(2)
      await expect(log.query({ since: 'yesterday' })).rejects.toThrow(RangeError)
      await log.close()
    })

    test('pages in both orders, with a cursor or an offset, while more is written', async () => {
      const log = await openLog((await newPlace())())
      for (let i = 0; i < 25; i++) await log.append(entryOf(i))
      const all = (await log.query({ limit: 1000 })).lines
      for (const order of ['asc', 'desc'] as const) {
        const paged = await queryInPages(log, order)
        expect(paged).toEqual(order === 'asc' ? all : all.toReversed())
      }
      const { lines } = await log.query({ offset: 5, limit: 2 })
      expect(lines).toEqual(all.slice(5, 7))
      await expect(log.query({ cursor: 'nonsense' })).rejects.toThrow(RangeError)
      await expect(log.query({ limit: 0 })).rejects.toThrow(RangeError)
      await log.close()
    })

    test('keeps events apart from entries, and finds them by their kind', async () => {
      const log = await openLog((await newPlace())())
      await log.append(entryOf(0))
      await log.appendEvent('policy-loaded', { digest: 'abc', tenant_id: 'acme' })
      await log.appendEvent('started')
      expect((await log.query()).lines).toHaveLength(1)
      const [loaded] = (await log.query({ kind: 'policy-loaded' })).lines
      expect(loaded).toMatchObject({ _meta: { event: 'policy-loaded', detail: { digest: 'abc' } } })
      expect((await log.query({ kind: 'policy-loaded', tenant_id: 'local' })).lines).toEqual([])
      expect((await log.query({ kind: '*' })).lines).toHaveLength(2)
      expect(JSON.stringify(loaded).startsWith('{"_meta":')).toBe(true)
      await log.close()
    })

    test('proves that a line is in it and that it only grew, without the rest', async () => {
      const log = await openLog((await newPlace())())
      for (let i = 0; i < 9; i++) await log.append(entryOf(i))
      const old = await log.checkpoint()
      for (let i = 0; i < 14; i++) await log.append(entryOf(i))
      const checkpoint = await log.checkpoint()
      const [line] = (await log.query({ offset: 3, limit: 1 })).lines as [LogLine]
      const inclusion = await log.proveInclusion(line.seq as number, checkpoint.size)
      expect(verifyInclusion(inclusion, hashOfLine(line), checkpoint.root)).toBe(true)
      expect(verifyInclusion(inclusion, hashOfLine(line), old.root)).toBe(false)
      const consistency = await log.proveConsistency(old.size, checkpoint.size)
      expect(verifyConsistency(consistency, old.root, checkpoint.root)).toBe(true)
      expect(verifyConsistency(consistency, checkpoint.root, old.root)).toBe(false)
      await expect(log.proveInclusion(2, 10_000)).rejects.toMatchObject({ code: 'not_found' })
      await log.close()
    })

    test('takes a field out for good, says so, and still verifies', async () => {
      const store = (await newPlace())()
      const log = await openLog(store)
      const { seq, hash } = await log.append(entryOf(1))
      await log.append(entryOf(2))
      await log.redact({ seq, fields: ['/request/command'], reason: 'asked for by its owner' })
      await log.redact({ seq, fields: ['/request/meta/tool', '/agent_id'], reason: 'again' })
      const [line] = (await log.query({ limit: 1 })).lines
      expect(line).toMatchObject({
        agent_id: '[redacted]',
        request: { command: '[redacted]', meta: { tool: '[redacted]', transport: 'mcp_gateway' } }
      })
      expect(JSON.stringify(line)).not.toContain('project-1')
      expect(hashOfLine(line as LogLine)).toBe(hash)
      const report = await verifyLog(store.parts(), { keys })
      expect(report).toMatchObject({ ok: true, counts: { redacted: 1 } })
      const redactions = (await log.query({ kind: 'line-redacted' })).lines
      expect(redactions.map((event) => event)).toHaveLength(2)
      const missing = log.redact({ seq, fields: ['/request/path'], reason: '' })
      await expect(missing).rejects.toMatchObject({ code: 'not_found' })
      const nowhere = log.redact({ seq: 999, fields: ['/agent_id'], reason: '' })
      await expect(nowhere).rejects.toMatchObject({ code: 'not_found' })
      await log.close()
    })

    test('writes for many at once, and for each in its own order', async () => {
      const store = (await newPlace())()
      const log = await openLog(store)
      await Promise.all(
        Array.from({ length: 32 }, async (_, writer) => {
          for (let i = 0; i < 10; i++) {
            await log.append(entryOf(i, { agent_id: `w${writer}`, duration_ms: i }))
          }
        })
      )
      for (let writer = 0; writer < 32; writer++) {
        const { lines } = await log.query({ agent_id: `w${writer}` })
        const order = lines.map((line) => (line as AuditEntry).duration_ms)
        expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      }
      expect(await verifyLog(store.parts(), { keys })).toMatchObject({ ok: true })
      await log.close()
    })

    test('refuses what cannot be written, and stays usable', async () => {
      const store = (await newPlace())()
      const log = await openLog(store, { limits: { maxLineBytes: 4096 } })
      const lone = log.append(entryOf(0, { transport: '\ud800' }))
      await expect(lone).rejects.toMatchObject({ code: 'invalid_entry' })
      const large = log.append(entryOf(0, { transport: 'x'.repeat(5000) }))
      await expect(large).rejects.toMatchObject({ code: 'invalid_entry' })
      const failing = await openLog((await newPlace())(), {
        redact: () => {
          throw new Error('broken')
        }
      })
      const unredacted = failing.append(entryOf(0))
      await expect(unredacted).rejects.toMatchObject({ code: 'redaction_failed' })
      await failing.close()
      await log.append(entryOf(1))
      expect(await verifyLog(store.parts(), { keys })).toMatchObject({ ok: true })
      await log.close()
    })

    test('writes nothing more once it is closed, and closing twice is closing once', async () => {
      const log = await openLog((await newPlace())())
      const waiting = log.append(entryOf(0))
      await Promise.all([log.close(), log.close()])
      await expect(waiting).resolves.toMatchObject({ seq: 1 })
      await expect(log.append(entryOf(1))).rejects.toMatchObject({ code: 'closed' })
      await expect(log.appendEvent('stopped')).rejects.toMatchObject({ code: 'closed' })
      expect(log.health().status).toBe('closed')
    })

    test('is exported as JSON Lines and as CSV that no spreadsheet executes', async () => {
      const log = await openLog((await newPlace())())
      await log.append(entryOf(0))
      const request = { scope: 'shell', command: '=cmd|"/c calc"!A1\n<script>' }
      await log.append(entryOf(1, { agent_id: '+1', request }))
      const jsonLines = (await collect(exportJsonLines(log))).join('')
      const lines = jsonLines.trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toEqual((await log.query()).lines)
      const csv = (await collect(exportCsv(log, { order: 'desc', limit: 1 }))).join('')
      const [header, ...rows] = csv.split('\r\n')
      expect(header).toMatch(/^seq,timestamp,tenant_id,agent_id/)
      expect(rows[0]).toContain(`"'+1"`)
      expect(csv).toContain(`"'=cmd|""/c calc""!A1\n<script>"`)
      expect(rows.at(-1)).toBe('')
      await log.close()
    })
  })
}

/** All lines in pages of seven. Of newer lines, which are written meanwhile, nothing is seen. */
async function queryInPages(log: AuditLog, order: 'asc' | 'desc'): Promise<LogLine[]> {
  const paged: LogLine[] = []
  let filter: AuditFilter | undefined = { order, limit: 7 }
  while (filter && paged.length < 28) {
    const page: AuditPage = await log.query(filter)
    paged.push(...page.lines)
    filter = page.cursor ? { ...filter, cursor: page.cursor } : undefined
    if (order === 'desc') await log.append(entryOf(99))
  }
  return paged
}

function withoutSeal(line: LogLine): unknown {
  const { seq, prev, hash, salt, ...entry } = line
  return entry
}
