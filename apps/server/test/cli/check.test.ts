import { once } from 'node:events'
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { startBin } from '../support/bin.ts'
import { policyText } from '../support/policy.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const allowed = '{"scope":"shell","command":"ls -l"}'
const denied = '{"scope":"shell","command":"rm x"}'
const asks = '{"scope":"shell","command":"npm i"}'

/** A directory with a policy. */
async function directory(): Promise<string> {
  const path = await temporaryDirectory()
  await writeFile(join(path, 'p.yaml'), policyText)
  return path
}

async function check(args: readonly string[], input = ''): Promise<RunResult> {
  return run(['check', '--policy', join(await directory(), 'p.yaml'), ...args], input)
}

describe('check of one action', () => {
  const exits: [command: string, exit: number, line: string][] = [
    [
      'ls -l',
      0,
      'ALLOW\tscope=shell command="ls -l" rule="allow:shell:ls *" reason="Allowed by shell rule"\n'
    ],
    [
      'rm "x"\n',
      1,
      'DENY\tscope=shell command="rm \\"x\\"\\n" rule="deny:shell:rm *" reason="no <deleting> & such"\n'
    ],
    [
      'npm i',
      2,
      'REQUIRE_APPROVAL\tscope=shell command="npm i" rule="require_approval:shell:npm *" reason="Matches approval rule in shell scope"\n'
    ]
  ]
  test.each(exits)('%j exits with %i', async (command, exit, line) => {
    const result = await check(['--scope', 'shell', '--command', command])
    expect(result).toEqual({ exit, out: line, err: '' })
  })

  test('every field has a flag, wherever it stands', async () => {
    const policy = join(await directory(), 'p.yaml')
    const { exit, out, err } = await run([
      ...['--policy', policy, 'check', '--scope=x', '-action', 'a', '--path', '/p q'],
      ...['--domain', 'd', '--url', 'u', '--agent-id', 'i', '--session-id', 's'],
      ...['--est-cost', '1.005', '--meta', 'k=v,l=a=b']
    ])
    expect([exit, err]).toEqual([1, ''])
    expect(out).toBe(
      'DENY\tscope=x action=a path="/p q" domain=d url="u" est_cost=1.00 reason="No matching allow rule (default deny)"\n'
    )
  })

  test('json is the verdict of the wire', async () => {
    const { exit, out } = await check(['--output', 'json', '--request', denied])
    expect(exit).toBe(1)
    expect(out).toMatch(
      /^\{"schema_version":"v1","decision":"DENY","reason":"no \\u003cdeleting.*"matched_rule":"deny:shell:rm \*","rule_source":\{"file":"[^"]*p\.yaml","line":6\},"policy_digest":"sha256:[0-9a-f]{64}"\}\n$/
    )
  })

  test('a request can be in a file, or come from standard input', async () => {
    const file = join(await directory(), 'a.json')
    await writeFile(file, asks)
    expect((await check(['--request', `@${file}`])).exit).toBe(2)
    expect((await check(['--request', file])).exit).toBe(2)
    expect((await check(['--stdin'], asks)).exit).toBe(2)
  })

  test('explains a verdict', async () => {
    const text = await check(['--explain', '--scope', 'shell', '--command', 'rm x'])
    expect(text.exit).toBe(1)
    expect(text.out).toMatch(/^DENY\t.*\n/)
    expect(text.out).toContain('line 6: deny "rm *": decided')
    const json = await check(['--explain', '--output', 'json', '--request', denied])
    const { decision, explanation } = JSON.parse(json.out)
    expect(decision).toBe('DENY')
    expect(explanation[0]).toMatchObject({
      scope: 'shell',
      considered: [{ kind: 'deny', outcome: 'decided' }]
    })
  })

  test('another tenant is denied', async () => {
    const { exit, out } = await check(['--tenant-id', 'acme', '--request', allowed])
    expect(exit).toBe(1)
    expect(out).toContain('rule="deny:tenant:not_found"')
  })

  const wrong: [name: string, args: string[], message: RegExp][] = [
    ['two sources', ['--stdin', '--batch'], /^check: only one of /],
    [
      'a source and a field',
      ['--stdin', '--scope', 'x'],
      /^check: --scope cannot be used with --stdin/
    ],
    ['no scope', ['--command', 'ls'], /^check: request missing required field "scope"\n$/],
    ['an empty scope', ['--scope', ''], /^check: request missing required field "scope"\n$/],
    ['a strange argument', ['--scope', 'x', 'y'], /^check: unexpected argument "y"\n$/],
    ['a strange output', ['--scope', 'x', '--output', 'xml'], /^check: invalid --output "xml"/],
    ['a broken meta', ['--scope', 'x', '--meta', 'a'], /^check: invalid --meta/],
    [
      'a misspelt member',
      ['--request', '{"scope":"x","comand":"y"}'],
      /^check: --request: json: unknown field "comand" \(did you mean "command"\?\)\n$/
    ],
    [
      'a misspelt further member',
      ['--request', '{"scope":"x","actions":[{"scop":"y"}]}'],
      /unknown field "scop" \(did you mean "scope"\?\)/
    ],
    ['a wrong type', ['--request', '{"scope":1}'], /^check: --request: scope: expected a string/],
    [
      'an unknown version',
      ['--request', '{"scope":"x","schema_version":"v2"}'],
      /unsupported schema_version/
    ],
    ['a file that is not there', ['--request', 'nowhere.json'], /^check: ENOENT/],
    ['a watched file that is not there', ['--watch', 'nowhere.jsonl'], /^check: ENOENT/]
  ]
  test.each(wrong)('%s is an error', async (_, args, message) => {
    const { exit, out, err } = await check(args)
    expect([exit, out]).toEqual([3, ''])
    expect(err).toMatch(message)
  })

  test('a policy is required, and has to be one', async () => {
    expect(await run(['check', '--scope', 'x'])).toEqual({
      exit: 3,
      out: '',
      err: 'check: --policy is required\n'
    })
    const file = join(await temporaryDirectory(), 'p.yaml')
    await writeFile(file, 'version: "1"\n')
    const { exit, err } = await run(['check', '--policy', file, '--scope', 'x'])
    expect(exit).toBe(3)
    expect(err.replaceAll(file, 'p.yaml')).toMatch(
      /^check: failed to load policy p\.yaml: policy missing required 'name' field\n {2}p\.yaml:\d+:\d+: missing_name: /
    )
  })

  test('money is added up within one call, as in production', async () => {
    const policy = join(await directory(), 'budget.yaml')
    await writeFile(
      policy,
      'version: "1"\nname: budget\nrules:\n  - scope: cost\n    limits: { max_per_session: "$5" }\n'
    )
    const spend = '{"scope":"cost","session_id":"s","est_cost":3}\n'
    const { exit, out } = await run(['check', '--policy', policy, '--batch'], spend + spend)
    expect(exit).toBe(1)
    expect(out.split('\n').map((line) => line.split('\t')[0])).toEqual(['ALLOW', 'DENY', ''])
    expect(out).toContain('rule="deny:cost:max_per_session"')
  })
})

describe('check --batch', () => {
  const exits: [name: string, lines: string[], exit: number][] = [
    ['all allowed', [allowed, '', allowed], 0],
    ['one that asks', [asks, allowed], 2],
    ['one that is denied', [allowed, denied, asks], 1]
  ]
  test.each(exits)('%s', async (_, lines, exit) => {
    const result = await check(['--batch'], lines.join('\n'))
    expect(result.exit).toBe(exit)
    expect(result.err).toBe('')
    expect(result.out.trimEnd().split('\n')).toHaveLength(lines.filter(Boolean).length)
  })

  test('stops at the first malformed line, which is counted without the blank ones', async () => {
    const { exit, out, err } = await check(['--batch'], `${denied}\r\n\n  \n{"scope"\n${allowed}\n`)
    expect(exit).toBe(3)
    expect(out).toMatch(/^DENY\t.*\n$/)
    expect(err).toMatch(/^check: line 2: /)
  })

  test('nothing is an error', async () => {
    expect(await check(['--batch'], ' \n\n')).toEqual({
      exit: 3,
      out: '',
      err: 'check: --batch input was empty\n'
    })
  })

  test('a line that is longer than 1 MiB is an error', async () => {
    const { exit, err } = await check(['--batch'], `${allowed}\n${' '.repeat(1_048_577)}`)
    expect([exit, err]).toEqual([3, 'check: line 2: longer than 1048576 bytes\n'])
  })
})

describe('check --watch', () => {
  test('judges what is in a file and what is added, through truncation and rotation', async () => {
    const cwd = await directory()
    const file = join(cwd, 'log.jsonl')
    await writeFile(file, `${denied}\n${asks}\n`)
    const child = startBin(['check', '--policy', 'p.yaml', '--watch', 'log.jsonl'], { cwd })
    const reader = createInterface({ input: child.stdout })
    const lines = reader[Symbol.asyncIterator]()
    const next = async (): Promise<string> =>
      ((await lines.next()).value as string).split('\t')[0] ?? ''
    expect([await next(), await next()]).toEqual(['DENY', 'REQUIRE_APPROVAL'])

    await appendFile(file, allowed.slice(0, 10))
    await appendFile(file, `${allowed.slice(10)}\n`)
    expect(await next()).toBe('ALLOW')

    await truncate(file)
    await appendFile(file, `${asks}\n`)
    expect(await next()).toBe('REQUIRE_APPROVAL')

    await rename(file, `${file}.1`)
    await appendFile(`${file}.1`, `${allowed}\n`)
    await writeFile(file, `${asks}\n`)
    expect([await next(), await next()]).toEqual(['ALLOW', 'REQUIRE_APPROVAL'])

    // The policy is followed too.
    await writeFile(join(cwd, 'p.yaml'), policyText.replace('"ls *"', '"make *"'))
    let decision: string
    do {
      await appendFile(file, `{"scope":"shell","command":"make it"}\n`)
      decision = await next()
    } while (decision !== 'ALLOW')

    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(1)
  })

  test('a malformed line ends it', async () => {
    const cwd = await directory()
    await writeFile(join(cwd, 'log.jsonl'), `${allowed}\n\nnonsense\n`)
    const policy = join(cwd, 'p.yaml')
    const { exit, err } = await run([
      ...['check', '--policy', policy, '--watch', join(cwd, 'log.jsonl')]
    ])
    expect(exit).toBe(3)
    expect(err).toMatch(/^check: watch line 2: /)
  })
})
