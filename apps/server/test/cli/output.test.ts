import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandList } from '../../src/cli/commands.ts'
import { readEnvironment } from '../../src/cli/environment.ts'
import type { Io, Terminal } from '../../src/cli/io.ts'
import { parseTime } from '../../src/cli/parse-time.ts'
import { escapeControls } from '../../src/cli/printer.ts'
import { createProgress, formatBytes } from '../../src/cli/progress.ts'
import { runBin } from '../support/bin.ts'
import { listen } from '../support/listen.ts'
import { policyText } from '../support/policy.ts'
import { referenceLine, writeLog } from '../support/reference-log.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const wrongLine = (text: string) => ({ error: expect.stringContaining(text), code: 'wrong_line' })

const shippedPolicy = join(import.meta.dirname, '../../../../configs/default.yaml')

/** Looks at each member of a document that is read. */
function named(name: string, value: unknown): unknown {
  expect(name).toMatch(/^[a-z0-9_]*$/)
  return value
}

const terminal: Terminal = { out: true, err: true, columns: 80 }

describe('colours', () => {
  const cases: [
    name: string,
    args: string[],
    env: Record<string, string>,
    isTerminal: boolean,
    coloured: boolean
  ][] = [
    ['not to a pipe', [], {}, false, false],
    ['on a terminal', [], {}, true, true],
    ['not with NO_COLOR', [], { NO_COLOR: '1' }, true, false],
    ['also with an empty NO_COLOR', [], { NO_COLOR: '' }, true, true],
    ['not on a dumb terminal', [], { TERM: 'dumb' }, true, false],
    ['to a pipe with FORCE_COLOR', [], { FORCE_COLOR: '1' }, false, true],
    ['with FORCE_COLOR beside NO_COLOR', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
    ['not with FORCE_COLOR=0', [], { FORCE_COLOR: '0' }, true, false],
    ['not with --no-color', ['--no-color'], { FORCE_COLOR: '1' }, true, false],
    ['not in JSON', ['--json'], { FORCE_COLOR: '1' }, true, false]
  ]
  test.each(cases)('%s', async (_, args, env, isTerminal, coloured) => {
    const file = join(await temporaryDirectory(), 'p.yaml')
    await writeFile(file, policyText)
    const line = ['check', '--policy', file, '--scope', 'shell', '--command', 'ls -l']
    const { out } = await run([...line, ...args], { env, ...(isTerminal ? { terminal } : {}) })
    expect(out.includes('\u001b[32mALLOW\u001b[39m')).toBe(coloured)
    expect(out.includes('\u001b')).toBe(coloured)
  })
})

describe('--json', () => {
  test('was refused by serve and completion, and passed over by help', async () => {
    for (const { name, flags } of commandList) expect(Object.keys(flags), name).toContain('json')
    const wrong = await run(['serve', '--json', '--port', '99999'])
    expect([wrong.exit, JSON.parse(wrong.err)]).toEqual([2, wrongLine('99999')])
    const { out } = await run(['completion', '--json', 'bash'])
    expect(JSON.parse(out)).toEqual({
      shell: 'bash',
      script: (await run(['completion', 'bash'])).out
    })
    expect(JSON.parse((await run(['completion', 'csh', '--json'])).err)).toEqual(wrongLine('shell'))
    const help = JSON.parse((await run(['help', '--json'])).out)
    expect(help.commands).toHaveLength(commandList.length)
    const { commands } = JSON.parse((await run(['help', 'audit', '--json'])).out)
    expect(commands).toMatchObject([{ name: 'audit' }, { name: 'audit verify' }])
    expect(commands[0].flags).toContainEqual(
      expect.objectContaining({ name: 'order', default: 'asc', choices: ['asc', 'desc'] })
    )
  })

  test('makes the log of serve JSON', async () => {
    const { exit, err } = await runBin(['serve', '--json', '--policy', 'nowhere.yaml'])
    expect(exit).toBe(1)
    for (const line of err.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg')
  })

  test('makes errors JSON, also for lines that are wrong', async () => {
    for (const line of [
      ['nothing', '--json'],
      ['check', '--json', '--nope'],
      ['check', '--json'],
      ['audit', '--json', '--limit', 'x'],
      ['tenant', 'put', '--json'],
      ['replay', '--json'],
      ['explain', '--json'],
      ['init', '--json', 'x'],
      ['approve', '--json'],
      ['migrate', '--id', 'x', '--json'],
      ['status', '--json', '--url', 'http://127.0.0.1:9']
    ]) {
      const { exit, out, err } = await run(line)
      expect([exit > 0, out], line.join(' ')).toEqual([true, ''])
      expect(JSON.parse(err), line.join(' ')).toMatchObject({
        error: expect.any(String),
        code: expect.any(String)
      })
    }
  })

  test('is one document, or one for each line, whose members are named as on the wire', async () => {
    const url = `http://127.0.0.1:${await listen()}`
    await fetch(`${url}/v1/check`, { method: 'POST', body: '{"scope":"shell","command":"npm i"}' })
    const log = join(await temporaryDirectory(), 'audit.jsonl')
    const request = { scope: 'shell', command: 'ls' }
    await writeLog(log, [referenceLine({ request, result: { decision: 'ALLOW' } })])
    for (const line of [
      ['version'],
      ['validate', shippedPolicy],
      ['status', '--url', url],
      ['pending', '--url', url],
      ['audit', '--url', url],
      ['migrate', '--list'],
      ['doctor', '--offline'],
      ['replay', log, '--policy', shippedPolicy],
      ['audit', 'verify', '--audit-log', log]
    ]) {
      const { out, err } = await run([...line, '--json'])
      expect(err).toBe('')
      const documents = out
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text, named))
      expect(documents).toEqual([expect.any(Object)])
    }
  })

  test('holds nothing that could talk to a terminal, and means the same', () => {
    const value = { text: 'a\u009b2J\u202e\u0007\u{e0041}é界🎉', list: [1, 'x\ny'] }
    const json = escapeControls(JSON.stringify(value))
    expect(JSON.parse(json)).toEqual(value)
    expect(json).toContain('é界🎉')
    expect(json).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})

test('the environment is read as documented', () => {
  expect(readEnvironment({})).toEqual({
    url: undefined,
    tenant: undefined,
    colour: undefined
  })
  const read = readEnvironment({ AGENTGUARD_URL: 'u', AGENTGUARD_TENANT_ID: 't' })
  expect(read).toMatchObject({ url: 'u', tenant: 't' })
})

const times: [text: string, expected: string | undefined][] = [
  ['2026-11-22', '2026-11-22T00:00:00Z'],
  ['2026-11-22T07:02:56.180906255Z', '2026-11-22T07:02:56.180906255Z'],
  ['2026-11-22T07:02:56+02:00', '2026-11-22T07:02:56+02:00'],
  ['90s', '2026-11-21T23:58:30.000Z'],
  ['1h30m', '2026-11-21T22:30:00.000Z'],
  ['7d', '2026-11-15T00:00:00.000Z'],
  ['1.5h', '2026-11-21T22:30:00.000Z'],
  ['2026-02-31x', undefined],
  ['2026-13-01', undefined],
  ['yesterday', undefined],
  ['-1h', undefined],
  ['1', undefined],
  ['999999999999w', undefined],
  ['', undefined]
]
test.each(times)('the time %j is %j', (text, expected) => {
  expect(parseTime(text, Date.UTC(2026, 10, 22))).toBe(expected)
})

describe('progress', () => {
  function progressOn(err: boolean): {
    err: string[]
    progress: ReturnType<typeof createProgress>
    pass: (ms: number) => void
  } {
    const written: string[] = []
    let at = 0
    const io = {
      err: (text: string) => void written.push(text),
      terminal: { ...terminal, err, columns: 10 }
    }
    const progress = createProgress(io as unknown as Io, () => at)
    return {
      err: written,
      progress,
      pass: (ms) => {
        at += ms
      }
    }
  }

  test('is written over on a terminal, not too often and not too long, and taken away', () => {
    const { err, progress, pass } = progressOn(true)
    progress.update(() => 'at once')
    pass(150)
    progress.update(() => 'a long description')
    progress.update(() => 'too soon')
    progress.end()
    expect(err).toEqual(['\r\u001b[Ka long de', '\r\u001b[K'])
  })

  test('is silent elsewhere', () => {
    const { err, progress, pass } = progressOn(false)
    pass(1000)
    progress.update(() => 'x')
    progress.end()
    expect(err).toEqual([])
  })

  test('counts bytes for people', () => {
    expect([0, 1023, 1536, 3 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '3.0 GiB'
    ])
  })
})

test('the real program writes plain text to a pipe', async () => {
  const { out, exit } = await runBin(['doctor', '--offline'])
  expect(exit).toBeLessThan(2)
  expect(out).toMatch(/^ok {4}version /)
  expect(out).not.toContain('\u001b')
})
