import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeLogFs, takeLock } from '@agentguard/audit/file'
import { beforeEach, expect, test } from 'vitest'
import { referenceHeader, referenceLine } from '../support/reference-log.ts'
import { type RunResult, run } from '../support/run.ts'
import { writeSealedLog } from '../support/sealed-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const line = referenceLine({
  request: { scope: 'shell', command: 'ls' },
  result: { decision: 'ALLOW' }
})
let directory: string
let log: string

beforeEach(async () => {
  directory = await temporaryDirectory()
  log = join(directory, 'audit.jsonl')
})

async function migrate(...args: string[]): Promise<RunResult> {
  const { exit, out, err } = await run(['migrate', '--audit-log', log, ...args])
  return { exit, out: out.replaceAll(directory, '@'), err: err.replaceAll(directory, '@') }
}

test('lists what there is', async () => {
  expect((await migrate('--list')).out).toMatch(
    /^Registered migrations:\n {2}v040_to_v041 {2}1 -> 2 {2}\S.*\n$/
  )
})

test('an unknown migration is an error', async () => {
  expect(await migrate('--id', 'v1_to_v2')).toEqual({
    exit: 1,
    out: '',
    err: 'migrate: migration not found in registry: v1_to_v2\n'
  })
})

test('puts a header in front of a log without one, and keeps a copy', async () => {
  await writeFile(log, `${line}\n${line}\n`)
  await writeFile(`${log}.replay-checkpoint`, '{}')
  const { exit, out } = await migrate('--id', 'v040_to_v041')
  expect([exit, out]).toEqual([
    0,
    '  v040_to_v041: ran (the old log is in @/audit.jsonl.v040-backup)\nmigrate: 1 migration(s) processed\n'
  ])
  const lines = (await readFile(log, 'utf8')).split('\n')
  expect(JSON.parse(lines[0] as string)).toMatchObject({ _meta: { schema_version: 2 } })
  expect(lines.slice(1)).toEqual([line, line, ''])
  expect((await readdir(directory)).sort()).toEqual(['audit.jsonl', 'audit.jsonl.v040-backup'])
  expect((await migrate()).out).toMatch(/skipped .*\nmigrate: 1 migration\(s\) processed\n$/)
})

test('a copy that is there already is not written over', async () => {
  await writeFile(log, `${line}\n`)
  await writeFile(`${log}.v040-backup`, 'the first')
  expect((await migrate()).exit).toBe(0)
  expect(await readFile(`${log}.v040-backup`, 'utf8')).toBe('the first')
})

test('--dry-run changes nothing', async () => {
  await writeFile(log, `${line}\n`)
  expect((await migrate('--dry-run')).out).toMatch(/would run/)
  expect(await readFile(log, 'utf8')).toBe(`${line}\n`)
  expect(await readdir(directory)).toEqual(['audit.jsonl'])
})

test('a log that needs nothing stays as it is, sealed or not', async () => {
  expect((await migrate()).out).toMatch(/skipped \(there is no log/)
  await writeFile(log, `${referenceHeader}\n${line}\n`)
  expect((await migrate()).out).toMatch(/skipped \(.* has a header\)/)
  await writeFile(log, '')
  await writeSealedLog(log, [{ request: { scope: 'shell' } }])
  const before = await readFile(log, 'utf8')
  expect((await migrate()).exit).toBe(0)
  expect(await readFile(log, 'utf8')).toBe(before)
})

test('a log of a later version, or one in use, is left alone', async () => {
  await writeFile(log, '{"_meta":{"schema_version":3,"created_at":"2026-11-22T00:00:00Z"}}\n')
  expect(await migrate()).toMatchObject({ exit: 1, err: expect.stringContaining('later version') })
  await writeFile(log, `${line}\n`)
  const lock = await takeLock(nodeLogFs, `${log}.lock`, Date.now)
  try {
    expect(await migrate()).toMatchObject({ exit: 1, err: expect.stringContaining('open') })
    expect(await readFile(log, 'utf8')).toBe(`${line}\n`)
  } finally {
    await lock.release()
  }
})

test('weakness 35: --reset-checkpoint deletes the file that was used, and says which', async () => {
  expect((await migrate('--reset-checkpoint')).out).toBe('migrate: there is no checkpoint\n')
  await writeFile(`${log}.replay-checkpoint`, '{}')
  expect((await migrate('--reset-checkpoint', '--dry-run')).out).toMatch(/would delete/)
  expect(await migrate('--reset-checkpoint')).toEqual({
    exit: 0,
    out: 'migrate: deleted @/audit.jsonl.replay-checkpoint\n',
    err: ''
  })
  expect(await readdir(directory)).toEqual([])
})
