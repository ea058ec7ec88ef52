import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBin } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'

const check = ['check', '--policy', 'p.yaml', '--scope', 'shell', '--command']
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

describe.concurrent('the real program', () => {
  test.each(exits)('%j exits with %i', { timeout: 60_000 }, async (line, exit, out, err) => {
    const result = await runBin(line, { cwd })
    expect(result.exit, result.err).toBe(exit)
    expect(result.out).toMatch(out)
    expect(result.err).toMatch(err)
  })
})
