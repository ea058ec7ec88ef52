import { describe, expect, test } from 'vitest'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]

/** The bytes of a log that was killed behind its third entry. */
async function wholeLog(): Promise<Buffer> {
  const fs = new SimFs()
  const log = await openLog(fileAuditStore({ path, fs }))
  for (let i = 0; i < 3; i++) await log.append(entryOf(i))
  return fs.read(path)
}

/** Opens a log with these bytes, and returns what is in it and what was repaired. */
async function reopen(
  bytes: Buffer,
  isVerified = true
): Promise<{ fs: SimFs; entries: number; repairs: object[] }> {
  const fs = new SimFs()
  fs.put(path, bytes)
  const log = await openLog(fileAuditStore({ path, fs }))
  const repairs = (await log.query({ kind: 'log-repaired' })).lines
  const entries = (await log.query()).lines.length
  if (isVerified) await log.append(entryOf(9))
  await log.close()
  if (!isVerified) return { fs, entries, repairs: [...repairs] }
  const report = await verifyLog(readLogFiles(path, fs), { keys })
  expect(report.problem).toBeUndefined()
  expect(report.counts.unsealed).toBe(0)
  return { fs, entries, repairs: [...repairs] }
}

describe('a log whose end is torn', () => {
  test('keeps all whole lines, wherever in its last two lines it was cut, and says so', async () => {
    const whole = await wholeLog()
    const ends = [...whole.toString('latin1').matchAll(/\n/g)].map(({ index }) => index + 1)
    const [start = 0, middle = 0] = ends.slice(-3)
    for (let length = start; length <= whole.length; length++) {
      const { entries, repairs } = await reopen(whole.subarray(0, length), length % 16 === 0)
      const isClean = ends.includes(length)
      expect(entries).toBe(length === whole.length ? 3 : length >= middle ? 2 : 1)
      expect(repairs).toHaveLength(isClean ? 0 : 1)
    }
  })

  test.each([
    ['zeros', Buffer.alloc(3000)],
    ['zeros and a line end', Buffer.concat([Buffer.alloc(700), Buffer.from('\n')])],
    ['noise', Buffer.from('\u00ff\u0000{"seq":1}\n\n[]\nnull\n"', 'latin1')],
    ['many lines', Buffer.from('{}\n'.repeat(900))],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a])]
  ])('keeps all whole lines before %s, and what it cut off', async (_, garbage) => {
    const { fs, entries, repairs } = await reopen(Buffer.concat([await wholeLog(), garbage]))
    expect(entries).toBe(3)
    expect(repairs).toMatchObject([{ _meta: { detail: { cut_bytes: garbage.length } } }])
    const names = await fs.list('/log')
    const cut = names.find((name) => name.includes('.cut-')) ?? ''
    expect(fs.read(`/log/${cut}`)).toEqual(garbage)
  })

  test('with a hole in its last lines is cut at the hole', async () => {
    const whole = await wholeLog()
    const bytes = Buffer.from(whole)
    const lines = whole.toString('utf8').split('\n')
    const at = whole.indexOf(lines[2] as string)
    bytes.fill(0, at, at + 20)
    expect((await reopen(bytes)).entries).toBe(1)
  })

  test('goes on from its last archive when the new file was not begun', async () => {
    for (const rest of [undefined, Buffer.alloc(0), Buffer.from('{"_meta":{"schema_ver')]) {
      const fs = new SimFs()
      fs.put('/log/audit.jsonl.20261122T070612Z', await wholeLog())
      if (rest) fs.put(path, rest)
      const log = await openLog(fileAuditStore({ path, fs, compress: false }))
      const { seq } = await log.append(entryOf(3))
      expect(seq).toBe(rest?.length ? 6 : 5)
      await log.close()
      expect(fs.read(path).toString('utf8')).toContain(
        '"rotated_from":"audit.jsonl.20261122T070612Z"'
      )
      const report = await verifyLog(readLogFiles(path, fs), { keys })
      expect(report).toMatchObject({ ok: true, counts: { entries: 4 } })
    }
  })

  test('is not opened when it is damaged all the way to where a write could not have reached', async () => {
    const fs = new SimFs()
    const garbage = Buffer.from('garbage\n'.repeat(2000))
    fs.put(path, Buffer.concat([await wholeLog(), garbage]))
    const opening = openLog(fileAuditStore({ path, fs }))
    await expect(opening).rejects.toMatchObject({ code: 'open_failed' })
    expect(fs.read(path).length).toBeGreaterThan(garbage.length)
    expect(await fs.list('/log')).not.toContain('audit.jsonl.lock')
  })
})
