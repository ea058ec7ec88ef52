import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeLostOutput } from '../../src/cli/output-lost.ts'
import { nameOfCommand } from '../../src/cli/run-cli.ts'
import { runBin } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'

const check = ['check', '--policy', 'p.yaml', '--scope', 'shell', '--command']
const main = join(import.meta.dirname, '../../src/main.ts')
let cwd: string

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'agentguard-'))
  await writeFile(join(cwd, 'p.yaml'), policyText)
  await writeFile(join(cwd, 'bad.yaml'), policyText.replace('deny:', 'denny:'))
})

afterAll(() => rm(cwd, { recursive: true }))

const exits: [line: string[], exit: number, out: RegExp, err: RegExp][] = [
  [[], 1, /^$/, /^AgentGuard .*\n\nUsage: agentguard <command>/],
  [['nothing'], 1, /^$/, /^unknown command "nothing"\n/],
  [['--help'], 0, /^$/, /Usage: agentguard <command>/],
  [['help'], 0, /Usage: agentguard <command>/, /^$/],
  [['version'], 0, /^agentguard \d+\.\d+\.\d+ \(\w+\)\n$/, /^$/],
  [['validate', 'p.yaml'], 0, /^VALID: test policy — 3 rules across 1 scopes\n$/, /^$/],
  [['validate', '*.yaml'], 1, /^VALID: p\.yaml: /, /^INVALID: bad\.yaml: /],
  [['validate', '--nope'], 2, /^$/, /^flag provided but not defined: -nope\n/],
  [[...check, 'ls -l'], 0, /^ALLOW\t/, /^$/],
  [[...check, 'rm x'], 1, /^DENY\t/, /^$/],
  [[...check, 'npm i'], 2, /^REQUIRE_APPROVAL\t/, /^$/],
  [['check', '--policy', 'p.yaml', '--batch'], 3, /^$/, /^check: --batch input was empty\n$/],
  [['check', '--nope'], 3, /^$/, /^flag provided but not defined: -nope\n/],
  [['serve', '--policy', 'nowhere.yaml'], 1, /^$/, /Failed to load policy nowhere\.yaml: /],
  [
    ['serve', '--dashbord'],
    2,
    /^$/,
    /^flag provided but not defined: -dashbord .*--dashboard\?\)\n/
  ]
]

const isLinux = process.platform === 'linux'

describe.runIf(isLinux)('output that cannot be written', () => {
  async function full(...line: string[]): Promise<[exit: number | null, err: string]> {
    const out = await open('/dev/full', 'w')
    const child = spawn(process.execPath, [main, ...line], {
      cwd,
      stdio: ['ignore', out.fd, 'pipe']
    })
    const [err, [exit]] = await Promise.all([text(child.stderr as Readable), once(child, 'exit')])
    await out.close()
    return [exit as number | null, err]
  }

  test('was no error that anybody saw', async () => {
    expect(await full('validate', 'p.yaml')).toEqual([
      1,
      expect.stringMatching(/^agentguard: the output cannot be written: .*ENOSPC/)
    ])
  })

  test('was a DENY of `check`', async () => {
    const [exit, err] = await full(...check, 'ls -l')
    expect([exit, err]).toEqual([3, expect.stringContaining('ENOSPC')])
  })
})

test('a reader that goes away is no mistake, and no verdict', () => {
  const error = { code: 'EPIPE', message: 'write EPIPE' }
  expect(describeLostOutput(error, 'audit')).toEqual({ message: undefined, exit: 1 })
  expect(describeLostOutput(error, 'check')).toEqual({ message: undefined, exit: 3 })
  expect(describeLostOutput(error, 'replay')).toEqual({ message: undefined, exit: 3 })
  expect(describeLostOutput(error, nameOfCommand(['--dashboard', 'serve']))).toBeUndefined()
  expect(describeLostOutput(error, nameOfCommand(['help', 'serve']))).toBeDefined()
})

describe.concurrent('the real program', () => {
  test.each(exits)('%j exits with %i', async (line, exit, out, err) => {
    const result = await runBin(line, { cwd })
    expect(result.exit, result.err).toBe(exit)
    expect(result.out).toMatch(out)
    expect(result.err).toMatch(err)
  })
})
