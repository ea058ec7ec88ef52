import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { referenceLine, writeLog } from '../support/reference-log.ts'
import { type RunResult, run } from '../support/run.ts'
import { type SealedLog, writeSealedLog } from '../support/sealed-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: string
let log: string
let sealed: SealedLog

beforeEach(async () => {
  directory = await temporaryDirectory()
  log = join(directory, 'audit.jsonl')
  const requests = ['ls 1', 'ls 2', 'ls 3'].map((command) => ({
    request: { scope: 'shell', command }
  }))
  sealed = await writeSealedLog(log, requests)
  await writeFile(join(directory, 'kept.txt'), sealed.checkpoint)
})

async function verify(...args: string[]): Promise<RunResult> {
  const result = await run(['audit', 'verify', '--data-dir', directory, ...args])
  return { ...result, out: result.out.replaceAll(directory, '@') }
}

test('a log is verified, and how far is said', async () => {
  const alone = await verify()
  expect(alone.exit).toBe(3)
  expect(alone.err).toMatch(/^NOT PROVED: no signature was checked/)
  expect(alone.out).toMatch(/^Consistent in itself: \d+ sealed lines \(lines 0 to \d+\): 3 entries/)
  expect(alone.out).toMatch(/Lines may be missing at the end/)
  const whole = await verify(
    '--public-key',
    sealed.verifierKey,
    '--checkpoint',
    join(directory, 'kept.txt')
  )
  expect(whole.exit).toBe(0)
  expect(whole.out).toMatch(/^VERIFIED: \d+ sealed lines/)
  expect(whole.out).toMatch(/Proved by signatures: the first \d+ of \d+ lines/)
  expect(whole.out).not.toMatch(/may be missing/)
})

test('the key beside the log is used, and said to be there', async () => {
  await writeFile(join(directory, 'audit-signing-key.pem.pub'), `${sealed.verifierKey}\n`)
  const { exit, out } = await verify()
  expect([exit, out]).toEqual([0, expect.stringContaining('The key was found beside the log')])
  const { out: json } = await verify('--json')
  expect(JSON.parse(json)).toMatchObject({
    ok: true,
    keys_from: 'beside_the_log',
    counts: { entries: 3 }
  })
})

test('a changed line is found, with its place', async () => {
  const text = await readFile(log, 'utf8')
  await writeFile(log, text.replace('ls 2', 'rm 2'))
  const { exit, out, err } = await verify()
  expect(exit).toBe(1)
  expect(err).toMatch(/^FAILED: changed: .* \(audit\.jsonl, line \d+, seq \d+\)\n$/)
  expect(out).toMatch(/^In order before that: \d+ sealed lines/)
  const json = await verify('--json')
  expect(json.exit).toBe(1)
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, problem: { code: 'changed' } })
})

test('an end that was cut off is found by a checkpoint that was kept, and only by that', async () => {
  const lines = (await readFile(log, 'utf8')).split('\n')
  await truncate(log, Buffer.byteLength(`${lines.slice(0, 3).join('\n')}\n`))
  expect((await verify()).exit).toBe(3)
  const { exit, err } = await verify(
    ...['--public-key', sealed.verifierKey, '--checkpoint', join(directory, 'kept.txt')]
  )
  expect([exit, err]).toEqual([1, expect.stringMatching(/^FAILED: truncated: /)])
})

test('a log without a seal is said to have none', async () => {
  const request = { scope: 'shell', command: 'ls' }
  await writeLog(join(directory, 'old.jsonl'), [
    referenceLine({ request, result: { decision: 'ALLOW' } })
  ])
  const { exit, out, err } = await verify('--audit-log', join(directory, 'old.jsonl'))
  expect([exit, err]).toEqual([3, expect.stringMatching(/^NOT PROVED: it is not sealed/)])
  expect(out).not.toContain('VERIFIED')
  expect(out).toMatch(/2 lines are from before the log was sealed/)
})

test('an unsealed log in the place of a signed one was VERIFIED by the key beside it', async () => {
  await writeFile(join(directory, 'audit-signing-key.pem.pub'), `${sealed.verifierKey}\n`)
  const request = { scope: 'shell', command: 'ls' }
  await writeLog(log, [referenceLine({ request, result: { decision: 'ALLOW' } })])
  const { exit, out, err } = await verify()
  expect([exit, err]).toEqual([3, expect.stringMatching(/^NOT PROVED: it is not sealed/)])
  expect(out).not.toContain('VERIFIED')
  const json = await verify('--json')
  expect([json.exit, JSON.parse(json.out)]).toEqual([
    3,
    expect.objectContaining({ ok: false, problem: expect.objectContaining({ code: 'unproved' }) })
  ])
})

test('a log that somebody has put in the place of a signed one was VERIFIED by the key of that one', async () => {
  const request = { scope: 'shell', command: 'ls' }
  await writeLog(log, [referenceLine({ request, result: { decision: 'ALLOW' } })])
  const key = ['--public-key', sealed.verifierKey]
  const { exit, out, err } = await verify(...key)
  expect([exit, err]).toEqual([1, expect.stringMatching(/^NOT PROVED: no line of it is signed/)])
  expect(out).not.toContain('VERIFIED')
  const json = await verify(...key, '--json')
  expect([json.exit, JSON.parse(json.out)]).toEqual([
    1,
    expect.objectContaining({
      ok: false,
      problem: expect.objectContaining({ code: 'unproved' })
    })
  ])
})

test('what cannot be read is no success', async () => {
  expect(await verify('--audit-log', join(directory, 'none.jsonl'))).toMatchObject({
    exit: 1,
    err: expect.stringContaining('there is no log at')
  })
  expect((await verify('--public-key', 'nonsense')).exit).toBe(1)
  expect((await verify('--checkpoint', join(directory, 'none'))).exit).toBe(1)
  expect((await verify('extra')).exit).toBe(2)
})

test('flags may stand before, between and behind the two words', async () => {
  const key = ['--data-dir', directory]
  expect((await run([...key, 'audit', 'verify'])).exit).toBe(3)
  expect((await run(['audit', ...key, 'verify'])).exit).toBe(3)
})

test('an empty line behind a kept checkpoint does no harm', async () => {
  await writeFile(join(directory, 'kept.txt'), `${sealed.checkpoint}\n\n`)
  const kept = ['--checkpoint', join(directory, 'kept.txt')]
  expect((await verify('--public-key', sealed.verifierKey, ...kept)).exit).toBe(0)
})

test('a checkpoint that is none is what is wrong, and not that there is no log', async () => {
  await writeFile(join(directory, 'kept.txt'), 'nonsense\n')
  const kept = ['--checkpoint', join(directory, 'kept.txt')]
  const { exit, err } = await verify('--public-key', sealed.verifierKey, ...kept)
  expect([exit, err]).toEqual([1, expect.stringContaining('checkpoint that was given')])
})
