import { copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** As tools that know nothing of the log treat it: `rm`, `mv` with a new file, `cp` and `: >`. */
const takings: [name: string, take: (path: string) => Promise<void>][] = [
  ['removed', (path) => rm(path)],
  ['renamed', (path) => rename(path, `${path}.aside`)],
  [
    'replaced by an empty file',
    async (path) => {
      await rename(path, `${path}.aside`)
      await writeFile(path, '')
    }
  ],
  [
    'replaced by a longer file',
    async (path) => {
      await rename(path, `${path}.aside`)
      await writeFile(path, 'x'.repeat(1_048_576))
    }
  ],
  ['emptied', (path) => truncate(path)]
]

test.each(takings)(
  'entries of a live file that was %s counted as written; they are refused until it is back',
  async (_, take) => {
    const path = join(await temporaryDirectory(), 'audit.jsonl')
    let now = Date.UTC(2026, 10, 22)
    const log = await openLog(fileAuditStore({ path, now: () => now }))
    onTestFinished(() => log.close())
    await log.append(entryOf(0))
    await copyFile(path, `${path}.kept`)
    await take(path)
    now += 1000
    await expect(log.append(entryOf(1))).rejects.toMatchObject({ code: 'write_failed' })
    expect(log.health()).toMatchObject({ status: 'failed' })
    await rename(`${path}.kept`, path)
    await eventually(() => expect(log.health().status).toBe('ok'))
    await log.append(entryOf(2))
    await log.close()
    const keys = [signerOf('log.test').verifierKey]
    const report = await verifyLog(readLogFiles(path), { keys })
    expect(report).toMatchObject({ ok: true, counts: { entries: 2 } })
  }
)
