import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { type AuditLog, verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { baseSeed, below, isLong, randomOf } from '../support/random.ts'
import { type FsOperation, SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]

async function expectWhole(fs: SimFs, entries: number): Promise<void> {
  const report = await verifyLog(readLogFiles(path, fs), { keys })
  expect(report.problem).toBeUndefined()
  expect(report.counts.entries).toBe(entries)
}

async function untilOk(log: AuditLog): Promise<void> {
  await eventually(() => expect(log.health().status).toBe('ok'))
}

function isLog({ path: of }: FsOperation): boolean {
  return of === path
}

describe('a storage that fails', () => {
  test('a full disk refuses entries at once, and the log goes on by itself when there is room', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }))
    await log.append(entryOf(0))
    fs.capacity = fs.read(path).length + 100
    await expect(log.append(entryOf(1))).rejects.toMatchObject({ code: 'write_failed' })
    await expect(log.append(entryOf(2))).rejects.toMatchObject({ code: 'write_failed' })
    // Nobody has waited for the next attempt.
    expect(log.health()).toMatchObject({ status: 'failed', refused: 2 })
    fs.capacity = Number.POSITIVE_INFINITY
    await untilOk(log)
    await log.append(entryOf(3))
    const [repaired] = (await log.query({ kind: 'log-repaired' })).lines
    expect(repaired).toMatchObject({ _meta: { detail: { cause: 'ENOSPC', refused: 2 } } })
    await log.close()
    await expectWhole(fs, 2)
  })

  test.each(['EROFS', 'EIO', 'EDQUOT', 'EFBIG'])(
    '%s while writing is no loss of the log',
    async (code) => {
      const fs = new SimFs()
      const log = await openLog(fileAuditStore({ path, fs }))
      await log.append(entryOf(0))
      fs.fault = (operation) =>
        operation.name === 'write' && isLog(operation) ? { code } : undefined
      await expect(log.append(entryOf(1))).rejects.toMatchObject({ code: 'write_failed' })
      fs.fault = () => undefined
      await untilOk(log)
      await log.append(entryOf(2))
      await log.close()
      await expectWhole(fs, 2)
    }
  )

  test('after a failed fsync the file is opened anew, and never synced again as if nothing were', async () => {
    const fs = new SimFs()
    const operations: string[] = []
    let failing = false
    fs.fault = (operation) => {
      if (isLog(operation)) operations.push(operation.name)
      return failing && operation.name === 'sync' && isLog(operation) ? { code: 'EIO' } : undefined
    }
    const log = await openLog(fileAuditStore({ path, fs }))
    for (let i = 0; i < 3; i++) await log.append(entryOf(i))
    failing = true
    operations.length = 0
    await expect(log.append(entryOf(3))).rejects.toMatchObject({ code: 'write_failed' })
    await eventually(() =>
      expect(operations.filter((name) => name === 'sync').length).toBeGreaterThan(2)
    )
    failing = false
    await untilOk(log)
    // Between two syncs the file was always opened.
    const text = operations.filter((name) => name === 'sync' || name === 'open').join(' ')
    expect(text.slice(0, text.lastIndexOf('open'))).not.toContain('sync sync')
    await log.append(entryOf(4))
    await log.close()
    await expectWhole(fs, 4)
  })

  test('a rotation that fails half-way is finished later', async () => {
    for (const failing of ['rename', 'syncDirectory', 'open', 'write', 'sync'] as const) {
      const fs = new SimFs()
      const log = await openLog(fileAuditStore({ path, fs, rotation: { maxBytes: 2000 } }))
      let written = 0
      for (let i = 0; i < 12; i++) {
        let failures = 1
        fs.fault = ({ name }) => (name === failing && failures-- > 0 ? { code: 'EIO' } : undefined)
        await log.append(entryOf(i)).then(
          () => written++,
          () => {}
        )
        fs.fault = () => undefined
        await untilOk(log)
      }
      await log.append(entryOf(99))
      await log.close()
      await expectWhole(fs, written + 1)
    }
  })

  test('a redaction that fails half-way loses no entry, and can be done again', async () => {
    for (const failing of ['rename', 'syncDirectory', 'open', 'write', 'sync'] as const) {
      const fs = new SimFs()
      const log = await openLog(fileAuditStore({ path, fs }))
      const { seq } = await log.append(entryOf(0))
      const redaction = { seq, fields: ['/request/command'], reason: 'test' }
      let failures = 1
      fs.fault = ({ name, path: of }) => {
        const isIt = name === failing && (name === 'syncDirectory' || of.endsWith('.tmp'))
        return isIt && failures-- > 0 ? { code: 'EIO' } : undefined
      }
      await expect(log.redact(redaction)).rejects.toMatchObject({ code: 'EIO' })
      fs.fault = () => undefined
      await untilOk(log)
      await log.append(entryOf(1))
      await log.redact(redaction)
      await log.close()
      expect(fs.read(path).toString('utf8')).not.toContain('project-0')
      const report = await verifyLog(readLogFiles(path, fs), { keys })
      expect(report).toMatchObject({ ok: true, counts: { redacted: 1 } })
    }
  })

  const seeds = isLong ? 10_000 : 300
  test(`short and interrupted writes neither lose nor mix anything (${seeds} seeds from ${baseSeed})`, async () => {
    for (let seed = baseSeed; seed < baseSeed + seeds; seed++) {
      const random = randomOf(seed)
      const fs = new SimFs()
      fs.fault = ({ name }) => {
        if (name !== 'write' || random() < 0.5) return undefined
        if (random() < 0.02) return { code: random() < 0.5 ? 'EAGAIN' : 'EINTR' }
        return { short: 1 + below(random, 900) }
      }
      const log = await openLog(fileAuditStore({ path, fs }))
      await Promise.all(Array.from({ length: 6 }, (_, i) => log.append(entryOf(i))))
      await log.append(entryOf(6))
      fs.fault = () => undefined
      await log.close()
      await expectWhole(fs, 7)
    }
  }, 600_000)

  test('a slow disk makes writers wait, and refuses them beyond the bound of the queue', async () => {
    const fs = new SimFs()
    const log = await openLog(fileAuditStore({ path, fs }), { limits: { maxWaiting: 50 } })
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    fs.delay = () => held
    const append = (_: unknown, i: number) => log.append(entryOf(i))
    const first = Promise.allSettled(Array.from({ length: 60 }, append))
    await new Promise((resolve) => setTimeout(resolve, 20))
    const second = Promise.allSettled(Array.from({ length: 60 }, append))
    await expect(log.append(entryOf(0))).rejects.toMatchObject({ code: 'pushback' })
    expect(log.health()).toMatchObject({ status: 'ok', waiting: 50 })
    release()
    const written = [...(await first), ...(await second)].filter(
      ({ status }) => status === 'fulfilled'
    ).length
    expect(written).toBe(100)
    await log.append(entryOf(0))
    await log.close()
    await expectWhole(fs, written + 1)
  })
})
