import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policyText } from '../support/policy.ts'
import { type ReferenceEntry, referenceLine, writeLog } from '../support/reference-log.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const conditional = `version: "1"
name: conditional
rules:
  - scope: shell
    allow:
      - pattern: "ls *"
      - pattern: "deploy"
        conditions: [{ require_prior: "ls *", time_window: 1h }]
`

interface Replayed extends RunResult {
  readonly changes: Record<string, unknown>[]
  readonly summary: Record<string, unknown>
}

/** Replays lines by a policy, as JSON. */
async function replay(
  lines: readonly string[],
  { policy = policyText, args = [] as readonly string[], name = 'audit.jsonl' } = {}
): Promise<Replayed> {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'p.yaml'), policy)
  await writeLog(join(directory, name), lines)
  const line = ['replay', join(directory, name), '--policy', join(directory, 'p.yaml'), '--json']
  const result = await run([...line, ...args])
  const objects = result.out
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text))
  return { ...result, changes: objects.slice(0, -1), summary: objects.at(-1) ?? {} }
}

function shell(
  command: string,
  decision: 'ALLOW' | 'DENY' | 'REQUIRE_APPROVAL',
  matched_rule?: string
): string {
  return referenceLine({
    request: { scope: 'shell', command, agent_id: 'bot' },
    result: { decision, ...(matched_rule === undefined ? {} : { matched_rule }) }
  })
}

describe('replay', () => {
  test('says what of a log of version 1.0 would be decided differently, and why', async () => {
    const { exit, changes, summary } = await replay([
      shell('ls -l', 'ALLOW', 'allow:shell:ls *'),
      shell('rm x', 'ALLOW', 'allow:shell:*'),
      shell('rm y', 'ALLOW', 'allow:shell:*'),
      shell('npm i', 'DENY', 'deny:shell:npm *'),
      shell('rm z', 'DENY', 'deny:shell:rm **')
    ])
    expect(exit).toBe(0)
    expect(summary).toMatchObject({ entries: 5, same: 2, other_rule: 1, stricter: 2, looser: 1 })
    expect(changes).toMatchObject([
      {
        direction: 'stricter',
        line: 3,
        now: { decision: 'DENY', matched_rule: 'deny:shell:rm *' }
      },
      { direction: 'stricter', line: 4 },
      {
        direction: 'looser',
        line: 5,
        was: { decision: 'DENY' },
        now: { decision: 'REQUIRE_APPROVAL' }
      }
    ])
    expect(summary['groups']).toMatchObject([
      {
        count: 2,
        was: { decision: 'ALLOW', rule: 'allow:shell:*' },
        now: { rule: 'deny:shell:rm *', reason: 'no <deleting> & such' },
        policy_line: 6
      },
      { count: 1 }
    ])
  })

  test('shows a person the groups, with escapes and without control characters', async () => {
    const directory = await temporaryDirectory()
    const [log, policy] = [join(directory, 'audit.jsonl'), join(directory, 'p.yaml')]
    await writeFile(policy, policyText)
    await writeLog(log, [shell('rm \u001b[2J', 'ALLOW', 'allow:shell:*')])
    const { exit, out } = await run(['replay', log, '--policy', policy, '--list'])
    expect(exit).toBe(0)
    expect(out.replaceAll(directory, '@').split('\n')).toEqual([
      'stricter\taudit.jsonl:2\tshell "rm \\x1b[2J"\tALLOW allow:shell:* -> DENY deny:shell:rm *\tno <deleting> & such',
      'Replayed 1 entries of @/audit.jsonl by the policy test policy:',
      '  0 would be decided the same, 0 of them by another rule',
      '  1 would be decided differently: 1 stricter, 0 looser',
      '',
      '1 x stricter: ALLOW allow:shell:* -> DENY deny:shell:rm * (line 6)',
      '    why: no <deleting> & such',
      '    first: audit.jsonl:2: shell "rm \\x1b[2J"',
      ''
    ])
  })

  test('fails on a change if it is asked to', async () => {
    const lines = [shell('rm x', 'ALLOW')]
    expect((await replay(lines)).exit).toBe(0)
    expect((await replay(lines, { args: ['--fail-on-change'] })).exit).toBe(1)
    expect((await replay([shell('ls x', 'ALLOW')], { args: ['--fail-on-change'] })).exit).toBe(0)
  })

  test('what a person answered had asked for approval, whatever they said', async () => {
    const { summary } = await replay([
      shell('npm i', 'ALLOW', 'allow:approved'),
      shell('npm i', 'DENY', 'deny:approved'),
      shell('npm i', 'REQUIRE_APPROVAL', 'require_approval:pending'),
      shell('rm x', 'ALLOW', 'allow:approved')
    ])
    expect(summary).toMatchObject({ same: 3, stricter: 1, looser: 0, other_rule: 0 })
  })

  test('what something else than the policy decided is not compared', async () => {
    const { summary, changes } = await replay([
      shell('ls 1', 'DENY', 'deny:ratelimit:shell'),
      shell('ls 2', 'DENY', 'deny:cost:max_per_session'),
      shell('ls 3', 'DENY', 'deny:gateway:fail_closed'),
      shell('ls 4', 'DENY', 'deny:guard:audit'),
      shell('ls 5', 'DENY', 'deny:tenant:not_found')
    ])
    expect(changes).toEqual([])
    expect(summary).toMatchObject({
      same: 0,
      not_comparable: { count: 2, enforcement_point: 1, server: 2 }
    })
  })

  test('a rule for a scope of that name is one of the policy', async () => {
    const policy =
      'version: "1"\nname: p\nrules:\n  - scope: gateway\n    allow: [{ action: open }]\n'
    const request = { scope: 'gateway', action: 'open' }
    const result = { decision: 'DENY', matched_rule: 'deny:gateway:open' } as const
    const { summary } = await replay([referenceLine({ request, result })], { policy })
    expect(summary).toMatchObject({ looser: 1 })
  })

  test('secrets that were taken out, cut texts and broken lines are not guessed', async () => {
    const entry = JSON.parse(shell('rm x', 'ALLOW'))
    const { summary, changes } = await replay([
      shell('curl -H [REDACTED:0a1b2c3d] x', 'ALLOW'),
      JSON.stringify({ ...entry, redacted: { '/request/command': '00' } }),
      JSON.stringify({ ...entry, truncated: ['/request/meta/body'] }),
      JSON.stringify({ ...entry, truncated: ['/result/reason'] }),
      'garbage',
      '{"timestamp":"now"}',
      '[1,2]'
    ])
    expect(summary).toMatchObject({
      not_judged: { redacted: 2, truncated: 1, unreadable: 3, unknown_history: 0 }
    })
    expect(changes).toHaveLength(1)
  })

  test('a line longer than any is passed over, and those behind it are read', async () => {
    const huge = JSON.stringify({ x: 'y'.repeat(17 * 1_048_576) })
    const { summary } = await replay([huge, shell('ls x', 'ALLOW')])
    expect(summary).toMatchObject({ entries: 2, same: 1, not_judged: { unreadable: 1 } })
  })

  test('an action that the server would refuse as too large is denied', async () => {
    const { changes } = await replay([shell(`ls ${'x'.repeat(2_000_000)}`, 'ALLOW')])
    expect(changes).toMatchObject([{ now: { matched_rule: 'deny:request:too_large' } }])
  })

  test('only the tenant, the agent and the times that are asked for are judged', async () => {
    const at = (timestamp: string, extra: Partial<ReferenceEntry> = {}): string =>
      referenceLine({
        request: { scope: 'shell', command: 'rm x', agent_id: 'bot' },
        result: { decision: 'ALLOW' },
        timestamp,
        ...extra
      })
    const lines = [
      at('2026-11-20T00:00:00Z'),
      at('2026-11-21T00:00:00Z', { tenant_id: 'acme' }),
      at('2026-11-22T00:00:00Z')
    ]
    const count = async (...args: string[]): Promise<number> =>
      (await replay(lines, { args })).changes.length
    expect(await count()).toBe(2)
    expect(await count('--tenant', '*')).toBe(3)
    expect(await count('--tenant', 'acme')).toBe(1)
    expect(await count('--agent', 'other')).toBe(0)
    expect(await count('--since', '2026-11-21')).toBe(1)
    expect(await count('--until', '2026-11-21')).toBe(1)
  })

  test('archives are read in order, compressed or not, and by themselves', async () => {
    const directory = await temporaryDirectory()
    const log = join(directory, 'audit.jsonl')
    await writeFile(join(directory, 'p.yaml'), policyText)
    await writeLog(`${log}.20261120T000000Z.gz`, [shell('rm 1', 'ALLOW')])
    await writeLog(`${log}.20261121T000000Z`, [shell('rm 2', 'ALLOW')])
    await writeLog(log, [shell('rm 3', 'ALLOW')])
    const policy = ['--policy', join(directory, 'p.yaml'), '--json']
    const files = async (file: string): Promise<unknown[]> =>
      (await run(['replay', file, ...policy])).out
        .trimEnd()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).file)
    expect(await files(log)).toEqual([
      'audit.jsonl.20261120T000000Z.gz',
      'audit.jsonl.20261121T000000Z',
      'audit.jsonl'
    ])
    expect(await files(`${log}.20261120T000000Z.gz`)).toEqual(['audit.jsonl.20261120T000000Z.gz'])
  })

  test('what cannot be read is an error, not an empty success', async () => {
    const directory = await temporaryDirectory()
    const [log, policy] = [join(directory, 'audit.jsonl'), join(directory, 'p.yaml')]
    expect((await run(['replay', log])).exit).toBe(2)
    expect((await run(['replay', '--policy', policy])).exit).toBe(2)
    expect((await run(['replay', log, '--policy', policy])).exit).toBe(3)
    await writeFile(policy, policyText)
    expect((await run(['replay', log, '--policy', policy])).exit).toBe(3)
    expect((await run(['replay', log, '--policy', policy, '--since', 'x'])).exit).toBe(2)
    await writeLog(`${log}.gz`, [])
    await appendFile(`${log}.gz`, 'no gzip')
    expect((await run(['replay', `${log}.gz`, '--policy', policy])).exit).toBe(3)
  })
})

describe('replay of conditions', () => {
  const at = (minute: number, command: string, decision: 'ALLOW' | 'DENY' = 'ALLOW'): string =>
    referenceLine({
      request: { scope: 'shell', command, agent_id: 'bot' },
      result: { decision },
      timestamp: `2026-11-22T${String(7 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z`
    })

  test('the past that the log shows counts', async () => {
    const lines = [at(0, 'ls -l'), at(5, 'deploy'), at(200, 'pwd', 'DENY'), at(201, 'deploy')]
    const { changes, summary } = await replay(lines, { policy: conditional })
    expect(changes).toMatchObject([{ line: 5, now: { decision: 'DENY' } }])
    expect(summary).toMatchObject({ same: 3, stricter: 1 })
  })

  test('what was denied then is no past, whatever the policy would say now', async () => {
    const lines = [at(0, 'pwd', 'DENY'), at(60, 'ls -l', 'DENY'), at(100, 'deploy')]
    const { summary } = await replay(lines, { policy: conditional })
    expect(summary).toMatchObject({ looser: 1, stricter: 1 })
  })

  test('before the log begins, nothing is known', async () => {
    const { summary } = await replay([at(0, 'deploy')], { policy: conditional })
    expect(summary).toMatchObject({ same: 0, stricter: 0, not_judged: { unknown_history: 1 } })
  })

  test('behind a line that cannot be read, or was redacted, the past is not known', async () => {
    const redacted = JSON.parse(at(80, 'ls -l'))
    for (const gap of [
      'garbage',
      JSON.stringify({ ...redacted, redacted: { '/request/command': '00' } })
    ]) {
      const lines = [at(0, 'pwd', 'DENY'), gap, at(90, 'deploy')]
      const { summary } = await replay(lines, { policy: conditional })
      expect(summary).toMatchObject({ not_judged: { unknown_history: 1 } })
    }
  })

  test('where the unknown past makes no difference, the entry is judged', async () => {
    const { summary } = await replay([at(0, 'rm x')], { policy: conditional })
    expect(summary).toMatchObject({ stricter: 1, not_judged: { unknown_history: 0 } })
  })
})
