import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { listen } from '../support/listen.ts'
import { policyText } from '../support/policy.ts'
import { run } from '../support/run.ts'
import { writeSealedLog } from '../support/sealed-log.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let directory: string
let policy: string
let log: string

beforeEach(async () => {
  directory = await temporaryDirectory()
  policy = join(directory, 'p.yaml')
  log = join(directory, 'audit.jsonl')
  await writeFile(policy, policyText)
})

describe('explain of an action', () => {
  test('shows effects, rules and lines', async () => {
    const line = ['explain', '--policy', policy, '--scope', 'shell', '--command']
    const { exit, out } = await run([...line, 'rm \u0007x'])
    expect(exit).toBe(0)
    expect(out).toMatch(/^DENY: no <deleting> & such\nrule: deny:shell:rm \*\n/)
    expect(out).toContain('line 6: deny "rm *": decided')
    expect(out).not.toContain('\u0007')
    const json = await run([...line, 'ls -l', '--json'])
    expect(JSON.parse(json.out)).toMatchObject({
      explanation: { verdict: { decision: 'ALLOW' }, effects: [{ scope: 'shell' }] }
    })
  })

  test('a URL is that of the action', async () => {
    const { out } = await run([
      ...['explain', '--policy', policy, '--scope', 'network', '--url', 'https://x.example/']
    ])
    expect(out).toMatch(/^DENY: /)
    expect(out).toContain('effect: scope "network"')
  })

  test('says what is missing or too much', async () => {
    for (const line of [
      [],
      ['--scope', 'x'],
      ['--seq', '1', '--scope', 'x'],
      ['--seq', '-1'],
      ['--policy', policy],
      ['extra']
    ]) {
      expect((await run(['explain', ...line])).exit, line.join(' ')).toBe(2)
    }
    expect((await run(['explain', '--policy', '/nowhere', '--scope', 'x'])).exit).toBe(1)
  })
})

describe('explain of an entry', () => {
  test('shows what was decided, and what a policy says now', async () => {
    await writeSealedLog(log, [
      { request: { scope: 'shell', command: 'ls' } },
      {
        request: {
          scope: 'shell',
          command: 'rm \u001b[2J',
          agent_id: 'bot',
          meta: { why: 'x\ny' }
        },
        request_id: 'r-1',
        policy_digest: 'sha256:old',
        result: {
          decision: 'ALLOW',
          reason: 'it was fine',
          matched_rule: 'allow:shell:rm *',
          rule_source: { file: 'old.yaml', line: 9 }
        }
      }
    ])
    const bySeq = await run(['explain', '--seq', '2', '--audit-log', log, '--policy', policy])
    expect(bySeq.exit).toBe(0)
    for (const text of [
      'Recorded in audit.jsonl:3:\n  decision: ALLOW\n  rule: allow:shell:rm *\n  where: old.yaml:9\n',
      'command: "rm \\x1b[2J"',
      'meta "why": "x\\ny"',
      `By ${policy} now, which is another policy:\nDENY: no <deleting> & such\n`
    ]) {
      expect(bySeq.out).toContain(text)
    }
    const byId = await run(['explain', '--request-id', 'r-1', '--audit-log', log, '--json'])
    expect(JSON.parse(byId.out)).toMatchObject({ recorded: { seq: 2 } })
    const ofTenant = (tenant: string) =>
      run(['explain', '--seq', '2', '--audit-log', log, '--tenant', tenant])
    // It was shown whichever tenant was asked for.
    expect([(await ofTenant('local')).exit, (await ofTenant('acme')).exit]).toEqual([0, 1])
    expect((await run(['explain', '--seq', '99', '--audit-log', log])).exit).toBe(1)
    expect((await run(['explain', '--seq', '1', '--audit-log', '/nowhere'])).exit).toBe(1)
  })

  test('the past that the log shows counts', async () => {
    const conditional = join(directory, 'c.yaml')
    await writeFile(
      conditional,
      `version: "1"
name: c
rules:
  - scope: shell
    allow:
      - pattern: deploy
        conditions: [{ require_prior: "ls *", time_window: 1h }]
`
    )
    await writeSealedLog(log, [
      { request: { scope: 'shell', command: 'deploy', agent_id: 'bot' } },
      { request: { scope: 'shell', command: 'ls -l', agent_id: 'bot' } },
      { request: { scope: 'shell', command: 'deploy', agent_id: 'bot' } }
    ])
    const decision = async (seq: string): Promise<string> => {
      const line = ['explain', '--seq', seq, '--audit-log', log, '--policy', conditional, '--json']
      return JSON.parse((await run(line)).out).explanation.verdict.decision
    }
    expect([await decision('1'), await decision('3')]).toEqual(['DENY', 'ALLOW'])
  })

  test('what was taken out is not guessed', async () => {
    await writeSealedLog(log, [{ request: { scope: 'shell', command: 'ls [REDACTED]' } }])
    const { exit, out } = await run([
      'explain',
      '--seq',
      '1',
      '--audit-log',
      log,
      '--policy',
      policy
    ])
    expect([exit, out]).toEqual([0, expect.stringContaining('something was taken out of it')])
    expect(out).not.toContain(`By ${policy}`)
  })

  test('is found on a server, too', async () => {
    const url = `http://127.0.0.1:${await listen()}`
    const body = JSON.stringify({ scope: 'shell', command: 'rm x' })
    await fetch(`${url}/v1/check`, { method: 'POST', body })
    const { exit, out } = await run(['explain', '--seq', '1', '--url', url, '--policy', policy])
    expect([exit, out]).toEqual([0, expect.stringMatching(/decision: DENY[\s\S]*By .*p\.yaml now/)])
    expect((await run(['explain', '--seq', '7', '--url', url])).exit).toBe(1)
    expect((await run(['explain', '--seq', '1', '--url', 'http://127.0.0.1:1'])).exit).toBe(1)
  })
})
