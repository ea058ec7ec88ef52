import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { fileAuditStore, type LogFs, nodeLogFs } from '../../src/file/index.ts'
import { sortableTime } from '../../src/query/sortable-time.ts'
import { archivesOf } from '../support/archives-of.ts'
import { entryOf } from '../support/entries.ts'
import { openLog } from '../support/open-log.ts'
import { isLong } from '../support/random.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const count = isLong ? 10_000_000 : 30_000
const needle = Math.floor(count / 3)

/** The real file system, and how much of it was read. */
function countReads(): { readonly fs: LogFs; bytes: number } {
  const fs: LogFs = {
    ...nodeLogFs,
    async open(path, mode) {
      const file = await nodeLogFs.open(path, mode)
      const read = file.read.bind(file)
      file.read = async (into, position) => {
        const count = await read(into, position)
        reads.bytes += count
        return count
      }
      return file
    }
  }
  const reads = { fs, bytes: 0 }
  return reads
}

test(`a search among ${count} entries reads only what may match`, async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  const maxBytes = isLong ? 104_857_600 : 4_000_000
  const options = { durability: 'written', budget: false } as const
  const reads = countReads()
  const log = await openLog(fileAuditStore({ path, rotation: { maxBytes }, fs: reads.fs }), options)
  for (let i = 0; i < count; i += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, j) => {
        const index = i + j
        return log.append(entryOf(index, index === needle ? { agent_id: 'needle' } : {}))
      })
    )
  }
  await eventually(() => expect(archivesOf(path).every((name) => name.endsWith('.gz'))).toBe(true))
  // The first search loads what is known of the archives.
  await log.query({ agent_id: 'nobody' })
  const bytesReadBy = async (run: () => Promise<unknown>) => {
    const before = reads.bytes
    await run()
    return reads.bytes - before
  }
  const rare = await bytesReadBy(async () => {
    expect((await log.query({ agent_id: 'needle', order: 'desc' })).lines).toHaveLength(1)
  })
  const { timestamp } = entryOf(needle)
  const time = await bytesReadBy(async () => {
    const { lines } = await log.query({ since: timestamp, limit: 1 })
    expect(lines[0]).toMatchObject({ timestamp })
  })
  const newest = await bytesReadBy(async () => {
    expect((await log.query({ order: 'desc', limit: 100 })).lines).toHaveLength(100)
  })
  const bounded = await bytesReadBy(async () => {
    const page = await log.query({ text: 'no such text', maxScanBytes: 1_000_000 })
    expect(page.lines).toEqual([])
    expect(page.cursor).toBeDefined()
  })
  console.log({ count, rare, time, newest, bounded })
  expect(Math.max(rare, time, newest, bounded)).toBeLessThan(2_000_000)
  await log.close()
}, 3_600_000)

describe('a time', () => {
  test.each([
    ['2026-11-22T07:02:56Z', '2026-11-22T07:02:56.000000000'],
    ['2026-11-22T07:02:56.180906255Z', '2026-11-22T07:02:56.180906255'],
    ['2026-11-22T08:02:56.5+01:00', '2026-11-22T07:02:56.500000000'],
    ['yesterday', undefined],
    ['2026-13-45T99:00:00+01:00', undefined]
  ])('%s is sorted as %s', (text, sortable) => {
    expect(sortableTime(text)).toBe(sortable)
  })
})
