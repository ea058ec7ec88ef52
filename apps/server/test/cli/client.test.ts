import { describe, expect, onTestFinished, test } from 'vitest'
import { createListener } from '../../src/http/create-listener.ts'
import { startServer } from '../../src/http/start-server.ts'
import { depsOf, type TestDeps } from '../support/deps.ts'
import type { Parts } from '../support/parts.ts'
import { policyOf, policyText } from '../support/policy.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

interface Served {
  readonly url: string
  readonly parts: Parts
  /** Runs a command against the server. */
  ask(...args: string[]): Promise<RunResult>
}

async function serve(deps: TestDeps = {}): Promise<Served> {
  const made = await depsOf(deps)
  const server = await startServer({ listener: createListener(made), port: 0, host: '127.0.0.1' })
  onTestFinished(() => server.close(0))
  const url = `http://127.0.0.1:${server.port}`
  return { url, parts: made.parts, ask: (...args) => run([...args, '--url', url]) }
}

const push = {
  scope: 'shell',
  command: 'npm i left-pad',
  agent_id: 'bot',
  meta: { arg: '\u001b[2Jx' }
}

async function askForApproval({ guard }: Parts, tenant = 'local'): Promise<string> {
  const { approval_id: id } = await guard.check(push, { tenant })
  if (id === undefined) throw new Error('there is no approval')
  return id
}

const key = 'a-key-that-nobody-may-ever-see-0123456789'

describe('approve and deny', () => {
  test('answer one request', async () => {
    const { parts, ask } = await serve()
    const [one, other] = [
      await askForApproval(parts),
      await parts.guard.check({ ...push, path: '/x' })
    ]
    expect(await ask('approve', one)).toEqual({
      exit: 0,
      out: 'Action approve: approved\n',
      err: ''
    })
    expect(await ask('deny', other.approval_id as string)).toEqual({
      exit: 0,
      out: 'Action deny: denied\n',
      err: ''
    })
  })

  test('show a conflict as the server has it', async () => {
    const { parts, ask } = await serve()
    const id = await askForApproval(parts)
    await ask('approve', id)
    expect(await ask('deny', id)).toEqual({
      exit: 1,
      out: '',
      err: 'Failed (409): already resolved\n'
    })
    const { err } = await ask('deny', id, '--json')
    expect(JSON.parse(err)).toEqual({ error: 'already resolved', code: 'refused', status: 409 })
  })

  test('show an error that is text as it is', async () => {
    const { ask } = await serve()
    const { exit, err } = await ask('approve', 'ap_1')
    expect([exit, err.split('\n')[0]]).toEqual([1, 'Failed (404): pending action ap_1 not found'])
    const keyed = await serve({ apiKey: key })
    const refused = await keyed.ask('approve', 'ap_1')
    expect([refused.exit, refused.err.split('\n')[0]]).toEqual([1, 'Failed (401): Unauthorized'])
  })

  test('send the comment, to the tenant', async () => {
    const { parts, ask } = await serve({ tenants: { acme: policyOf(policyText) } })
    const id = await askForApproval(parts, 'acme')
    expect((await ask('approve', id)).exit).toBe(1)
    expect((await ask('approve', id, '--tenant', 'acme', '--comment', 'as agreed')).exit).toBe(0)
    expect(await parts.approvals.get('acme', id)).toMatchObject({ comment: 'as agreed' })
  })

  test('take several ids', async () => {
    const { parts, ask } = await serve()
    const id = await askForApproval(parts)
    const { exit, out } = await ask('approve', id, 'ap_2')
    expect([exit, out]).toEqual([1, 'Action approve: approved\n'])
  })

  test('an id is needed, and dots are none', async () => {
    const { ask } = await serve()
    const missing = await ask('approve')
    expect(missing.exit).toBe(1)
    expect(missing.err).toMatch(/^approve: an id is missing\nUsage: agentguard approve /)
    expect((await ask('approve', '..')).err).toMatch(/that is no id/)
  })
})

describe('status', () => {
  test('says what waits', async () => {
    const { parts, ask, url } = await serve()
    expect(await ask('status')).toEqual({
      exit: 0,
      out: `AgentGuard server: OK (${url})\nPending approvals: none\n`,
      err: ''
    })
    const id = await askForApproval(parts)
    expect((await ask('status')).out).toBe(
      `AgentGuard server: OK (${url})\nPending approvals: 1\n  [${id}] scope=shell action="npm i left-pad" agent=bot\n`
    )
    const { out } = await ask('status', '--json')
    expect(JSON.parse(out)).toMatchObject({ status: 'ok', version: '1.2.3', pending: [{ id }] })
  })

  test('of a tenant that is not there was 0, as if only the dashboard were missing', async () => {
    const { ask } = await serve({ tenants: { acme: policyOf(policyText) } })
    const { exit, out } = await ask('status', '--tenant', 'acm')
    expect([exit, out]).toEqual([1, expect.stringContaining('tenant not found')])
    const pending = await ask('pending', '--tenant', 'acm')
    expect([pending.exit, pending.err]).toEqual([
      1,
      expect.stringMatching(/^Failed \(404\): tenant not found\n.*--tenant/)
    ])
  })

  test('at a port that no client asks said that the fault is unknown', async () => {
    const { exit, err } = await run(['status', '--url', 'http://127.0.0.1:1'])
    expect([exit, err]).toEqual([1, expect.stringContaining('kept for another protocol')])
  })

  test('without the dashboard, what waits is not there', async () => {
    const { ask, url } = await serve({ hasDashboard: false })
    expect(await ask('status')).toEqual({
      exit: 0,
      out: `AgentGuard server: OK (${url})\nPending approvals: unavailable (dashboard not enabled?)\n`,
      err: ''
    })
  })
})

describe('audit', () => {
  test.each([
    ['--since', 'yesterday', '2026-11-22T07:02:56Z, or how long ago'],
    ['--until', '2026-13-01', '2026-11-22T07:02:56Z, or how long ago'],
    ['--limit', '0', 'a whole number above 0'],
    ['--offset', '-1', 'a whole number, 0 or above']
  ])('%s %s was refused without saying what is expected', async (flag, value, expected) => {
    const { exit, err } = await run(['audit', `${flag}=${value}`])
    expect([exit, err]).toEqual([2, expect.stringContaining(expected)])
  })

  test('prints the columns that scripts know', async () => {
    const { parts, ask } = await serve({ now: () => Date.UTC(2026, 10, 22, 7, 2, 56) })
    expect(await ask('audit')).toEqual({ exit: 0, out: 'No audit entries found.\n', err: '' })
    await parts.guard.check({ scope: 'shell', command: 'rm x\u001b[31m', agent_id: 'bot' })
    await parts.guard.check({ scope: 'shell', command: 'ls -l' })
    expect(await ask('audit')).toEqual({
      exit: 0,
      out: [
        'Showing 2 audit entries:',
        '',
        '  2026-11-22T07:02:56.000Z  DENY                transport=sdk           scope=shell         agent=bot              rm x\\x1b[31m',
        '    reason: no <deleting> & such',
        '  2026-11-22T07:02:56.000Z  ALLOW               transport=sdk           scope=shell         agent=                 ls -l',
        '    reason: Allowed by shell rule',
        ''
      ].join('\n'),
      err: ''
    })
  })

  test('filters, orders and pages', async () => {
    const { parts, ask } = await serve()
    for (const command of ['ls 1', 'ls 2', 'rm 3', 'ls 4']) {
      await parts.guard.check({ scope: 'shell', command, session_id: 's' })
    }
    const commands = async (...args: string[]): Promise<string[]> => {
      const { out, err } = await ask('audit', '--json', ...args)
      expect(err).toBe('')
      return out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line).request.command)
    }
    expect(await commands()).toEqual(['ls 1', 'ls 2', 'rm 3', 'ls 4'])
    expect(await commands('--decision', 'DENY')).toEqual(['rm 3'])
    expect(await commands('--order', 'desc', '--limit', '2')).toEqual(['ls 4', 'rm 3'])
    expect(await commands('--offset', '3')).toEqual(['ls 4'])
    expect(await commands('--text', 'LS 2')).toEqual(['ls 2'])
    expect(await commands('--session', 'other')).toEqual([])
    expect(await commands('--since', '1h')).toHaveLength(4)
    expect(await commands('--until', '1h')).toEqual([])
  })

  test('exports everything, page by page', async () => {
    const { parts, ask } = await serve({ auditLimits: { defaultLimit: 2, maxLimit: 3 } })
    for (let count = 0; count < 10; count++) {
      await parts.guard.check({ scope: 'shell', command: `ls ${count}` })
    }
    const lines = (await ask('audit', '--export', 'jsonl')).out.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).request.command)).toEqual(
      Array.from({ length: 10 }, (_, count) => `ls ${count}`)
    )
    const csv = (await ask('audit', '--export', 'csv')).out.trimEnd().split('\r\n')
    expect(csv).toHaveLength(11)
    expect(csv[0]).toMatch(/^seq,timestamp,/)
    expect((await ask('audit', '--export', 'jsonl', '--limit', '4')).out.split('\n')).toHaveLength(
      5
    )
  })

  test('follows what is written', async () => {
    const { parts, url } = await serve()
    await parts.guard.check({ scope: 'shell', command: 'ls before' })
    const stop = new AbortController()
    let seen = ''
    const following = run(['audit', '--follow', '--json', '--url', url], {
      stopSignal: stop.signal,
      onOut(text) {
        seen += text
        if (seen.split('\n').length === 2) {
          void parts.guard.check({ scope: 'shell', command: 'ls after' })
        }
        if (seen.split('\n').length === 3) stop.abort()
      }
    })
    const { exit, out } = await following
    const found = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).request.command)
    expect([exit, found]).toEqual([0, ['ls before', 'ls after']])
  })

  test('says what is wrong with a line', async () => {
    const { ask } = await serve()
    for (const line of [
      ['--limit', '0'],
      ['--offset', '-1'],
      ['--since', 'yesterday'],
      ['--until', '2026-13-45'],
      ['--order', 'up'],
      ['--export', 'xml'],
      ['--follow', '--order', 'desc'],
      ['verfy'],
      ['--timeout', '0']
    ]) {
      expect((await ask('audit', ...line)).exit, line.join(' ')).toBe(2)
    }
  })
})

test('the key is sent, from the environment or the line, and never shown', async () => {
  const { url } = await serve({ apiKey: key })
  const env = { AGENTGUARD_API_KEY: key, AGENTGUARD_URL: url }
  const results = [
    await run(['audit'], { env }),
    await run(['status'], { env }),
    await run(['audit', '--url', url, '--api-key', key]),
    await run(['pending'], { env }),
    await run(['approve', 'ap_1'], { env }),
    await run(['audit', '--api-key', `${key} \n`], { env }),
    await run(['audit', '--url', `http://user:${key}@127.0.0.1/`]),
    await run(['doctor', '--api-key', key, '--data-dir', await temporaryDirectory(), '--url', url]),
    await run(['status', '--api-kye', key])
  ]
  expect(results.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 1, 2, 2, 0, 2])
  for (const { out, err } of results) expect(out + err).not.toContain(key)
})

test('the tenant comes from the environment too', async () => {
  const { url, parts } = await serve({ tenants: { acme: policyOf(policyText) } })
  const id = await askForApproval(parts, 'acme')
  const env = { AGENTGUARD_URL: url, AGENTGUARD_TENANT_ID: 'acme' }
  expect((await run(['status'], { env })).out).toContain(id)
  expect((await run(['status', '--tenant', 'local'], { env })).out).toContain('none')
})
