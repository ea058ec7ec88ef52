import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]
const header = '{"_meta":{"schema_version":2,"created_at":"2026-11-22T07:02:56.180906255Z"}}\n'

function linesOf(...indexes: number[]): string {
  return indexes
    .map((i) => `${JSON.stringify(entryOf(i)).replaceAll('-la', '\\u003cla')}\n`)
    .join('')
}

/** A log of AgentGuard v1.0: an archive, a compressed one, and the live file. */
function referenceLog(): SimFs {
  const fs = new SimFs()
  fs.put(`${path}.20261122T070612Z`, Buffer.from(header + linesOf(0, 1)))
  fs.put(`${path}.20261122T070613Z.gz`, gzipSync(header + linesOf(2, 3)))
  fs.put(path, Buffer.from(header + linesOf(4)))
  return fs
}

describe('a log of AgentGuard v1.0 that is found in place', () => {
  test('stays as it is, is searched, and is covered by the first sealed line', async () => {
    const fs = referenceLog()
    const before = fs.read(path)
    const log = await openLog(fileAuditStore({ path, fs }))
    await log.append(entryOf(5))
    expect(fs.read(path).subarray(0, before.length)).toEqual(before)
    const [sealed] = (await log.query({ kind: 'log-sealed' })).lines
    expect(sealed).toMatchObject({
      seq: 0,
      _meta: {
        detail: {
          unsealed_bytes: before.length,
          unsealed_sha256: createHash('sha256').update(before).digest('hex'),
          unsealed_archives: [
            { name: 'audit.jsonl.20261122T070612Z' },
            { name: 'audit.jsonl.20261122T070613Z.gz' }
          ]
        }
      }
    })
    for (const order of ['asc', 'desc'] as const) {
      const commands = []
      let cursor: string | undefined
      do {
        const page = await log.query({ order, limit: 1, ...(cursor ? { cursor } : {}) })
        commands.push(...page.lines.map((line) => JSON.stringify(line).match(/project-(\d)/)?.[1]))
        cursor = page.cursor
      } while (cursor)
      const all = ['0', '1', '2', '3', '4', '5']
      expect(commands).toEqual(order === 'asc' ? all : all.reverse())
    }
    await log.close()
    const report = await verifyLog(readLogFiles(path, fs), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: 1, unsealed: 8 } })
    // Again: the seal is set once.
    const again = await openLog(fileAuditStore({ path, fs }))
    expect((await again.query({ kind: 'log-sealed' })).lines).toHaveLength(1)
    await again.close()
  })

  test('cannot be changed from then on without being noticed', async () => {
    const fs = referenceLog()
    await (await openLog(fileAuditStore({ path, fs }))).close()
    const live = fs.read(path)
    fs.put(path, Buffer.from(live.toString('utf8').replace('project-4', 'project-9')))
    expect((await verifyLog(readLogFiles(path, fs), { keys })).problem?.code).toBe('changed')
    fs.put(path, live)
    await fs.remove(`${path}.20261122T070612Z`)
    expect((await verifyLog(readLogFiles(path, fs), { keys })).problem?.code).toBe('removed')
  })

  test('without a header, or empty, is taken over as well', async () => {
    for (const bytes of [linesOf(0), '']) {
      const fs = new SimFs()
      fs.put(path, Buffer.from(bytes))
      const log = await openLog(fileAuditStore({ path, fs }))
      await log.append(entryOf(1))
      expect((await log.query()).lines).toHaveLength(bytes === '' ? 1 : 2)
      await log.close()
      expect(await verifyLog(readLogFiles(path, fs), { keys })).toMatchObject({ ok: true })
    }
  })

  test('of a later version is not touched', async () => {
    const fs = new SimFs()
    const later = Buffer.from(header.replace('"schema_version":2', '"schema_version":3'))
    fs.put(path, later)
    const opening = openLog(fileAuditStore({ path, fs }))
    await expect(opening).rejects.toMatchObject({ code: 'unsupported_version' })
    expect(fs.read(path)).toEqual(later)
  })
})
