import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileAuditStore } from '../../src/file/index.ts'
import { sortableTime } from '../../src/query/sortable-time.ts'
import { entryOf } from '../support/entries.ts'
import { openLog } from '../support/open-log.ts'
import { isLong } from '../support/random.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const count = isLong ? 10_000_000 : 30_000
const needle = Math.floor(count / 3)

async function milliseconds(run: () => Promise<unknown>): Promise<number> {
  const before = performance.now()
  await run()
  return performance.now() - before
}

test(`a search among ${count} entries reads only what may match`, async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  const maxBytes = isLong ? 104_857_600 : 4_000_000
  const options = { durability: 'written', budget: false } as const
  const log = await openLog(fileAuditStore({ path, rotation: { maxBytes } }), options)
  for (let i = 0; i < count; i += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, j) => {
        const index = i + j
        return log.append(entryOf(index, index === needle ? { agent_id: 'needle' } : {}))
      })
    )
  }
  // The first search loads what is known of the archives.
  await log.query({ agent_id: 'nobody' })
  const rare = await milliseconds(async () => {
    expect((await log.query({ agent_id: 'needle', order: 'desc' })).lines).toHaveLength(1)
  })
  const { timestamp } = entryOf(needle)
  const time = await milliseconds(async () => {
    const { lines } = await log.query({ since: timestamp, limit: 1 })
    expect(lines[0]).toMatchObject({ timestamp })
  })
  const newest = await milliseconds(async () => {
    expect((await log.query({ order: 'desc', limit: 100 })).lines).toHaveLength(100)
  })
  const bounded = await milliseconds(async () => {
    const page = await log.query({ text: 'no such text', maxScanBytes: 1_000_000 })
    expect(page.lines).toEqual([])
    expect(page.cursor).toBeDefined()
  })
  console.log({ count, rare, time, newest, bounded })
  expect(Math.max(rare, time, newest, bounded)).toBeLessThan(1000)
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
