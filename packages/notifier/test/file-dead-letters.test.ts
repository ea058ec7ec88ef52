import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeadLetter } from '../src/index.ts'
import { fileDeadLetters } from '../src/node/index.ts'
import { denied, harness, settings, target } from './fixtures.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dead-letters-'))
  path = join(folder, 'dead-letters.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const letter = (number: number, more: object = {}): DeadLetter => ({
  target: 'webhook-1',
  tenant: 'local',
  reason: 'failed',
  attempts: 6,
  delivery: { ...denied, id: `msg_${number}`, ...more }
})
const ids = (letters: readonly DeadLetter[]) => letters.map(({ delivery }) => delivery.id)

describe('a file of dead letters', () => {
  test('keeps a line for each, for its owner only', async () => {
    const letters = fileDeadLetters({ path })
    await Promise.all([1, 2, 3].map((number) => letters.append(letter(number))))
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(ids(lines.map((line) => JSON.parse(line)))).toEqual(['msg_1', 'msg_2', 'msg_3'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('offers each once, and keeps those that are not taken', async () => {
    const letters = fileDeadLetters({ path })
    for (const number of [1, 2, 3]) await letters.append(letter(number))
    const offered: DeadLetter[] = []
    const take = (each: DeadLetter) => offered.push(each) !== 2
    expect(await letters.drain(take)).toBe(2)
    expect(ids(offered)).toEqual(['msg_1', 'msg_2', 'msg_3'])
    const left: DeadLetter[] = []
    expect(await letters.drain((each) => left.push(each) > 0)).toBe(1)
    expect(ids(left)).toEqual(['msg_2'])
    expect(await letters.drain(() => true)).toBe(0)
  })

  // Weakness 57
  test('weakness 57: lines longer than a mebibyte and lines that are none lose nothing', async () => {
    const letters = fileDeadLetters({ path })
    await letters.append(letter(1, { request: { scope: 'x', command: 'x'.repeat(2_000_000) } }))
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"torn":\nnull\n`)
    const again = fileDeadLetters({ path })
    await again.append(letter(2))
    const offered: DeadLetter[] = []
    expect(await again.drain((each) => offered.push(each) > 0)).toBe(2)
    expect(ids(offered)).toEqual(['msg_1', 'msg_2'])
    expect(readFileSync(path, 'utf8')).toBe('{"torn":\nnull\n')
  })

  test('what a crash left half drained is offered again', async () => {
    writeFileSync(`${path}.draining`, `${JSON.stringify(letter(1))}\n`)
    const letters = fileDeadLetters({ path })
    await letters.append(letter(2))
    const offered: DeadLetter[] = []
    const take = (each: DeadLetter) => offered.push(each) > 0
    expect(await letters.drain(take)).toBe(1)
    expect(await letters.drain(take)).toBe(1)
    expect(ids(offered)).toEqual(['msg_1', 'msg_2'])
  })

  test('what comes during a drain is kept', async () => {
    const letters = fileDeadLetters({ path })
    await letters.append(letter(1))
    const drained = letters.drain(() => true)
    const appended = letters.append(letter(2))
    await Promise.all([drained, appended])
    expect(readFileSync(path, 'utf8')).toContain('msg_2')
  })

  test('is bounded', async () => {
    const letters = fileDeadLetters({ path, maxBytes: 500 })
    await letters.append(letter(1))
    await expect(letters.append(letter(2))).rejects.toThrow('the file of dead letters is full')
    await letters.drain(() => true)
    await letters.append(letter(3))
  })

  test('what was given up before a restart is delivered after it', async () => {
    const hook = settings([], [target('webhook', 'https://example.com/hook')])
    const before = harness(hook, () => 400, { deadLetters: fileDeadLetters({ path }) })
    before.notifier.notify(denied)
    await before.notifier.close()
    const after = harness(hook)
    expect(await fileDeadLetters({ path }).drain(after.notifier.redeliver)).toBe(1)
    await after.notifier.close()
    expect(after.sent).toHaveLength(1)
    expect(after.sent[0]?.headers['webhook-id']).toBe('msg_1')
  })
})
