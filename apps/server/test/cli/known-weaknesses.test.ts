import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { serveAnswers } from '../../../../test/support/serve-answers.ts'
import { runBin } from '../support/bin.ts'
import { referenceLine, writeLog } from '../support/reference-log.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

// The weaknesses of AgentGuard 1.0, by their numbers in its description.

describe('weakness 78: every call asks the release page for updates', () => {
  test('no command contacts anybody whom the line does not name', async () => {
    const hosts: string[] = []
    const proxy = await serveAnswers((request, response) => {
      hosts.push(request.url ?? '')
      response.writeHead(502).end()
    })
    // Node's own fetch would go through this proxy.
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '' }
    const action = ['--scope', 'shell', '--command', 'ls -la']
    const line = ['check', '--policy', 'configs/default.yaml', ...action]
    expect((await runBin(line, { env })).exit).toBe(0)
    expect((await runBin(['version'], { env })).exit).toBe(0)
    expect(hosts).toEqual([])
  })

  test('the variable that turned it off is accepted', async () => {
    expect((await run(['version'], { env: { AGENTGUARD_NO_UPDATE_CHECK: '1' } })).err).toBe('')
  })
})

describe('weakness 80: what waits is counted wrongly and in random order', () => {
  test('status shows those that wait now, the oldest first', async () => {
    const one = (id: string, minute: number, resolved = false): object => ({
      id,
      request: { scope: 'shell', command: id },
      result: { decision: 'REQUIRE_APPROVAL', reason: '' },
      created_at: `2026-11-22T07:0${minute}:00Z`,
      resolved,
      resolved_at: '0001-01-01T00:00:00Z'
    })
    const url = await serveAnswers((request, response) => {
      const list = [one('late', 3), one('early', 1), one('done', 0, true), one('middle', 2)]
      const health = { status: 'ok', version: '1.0.0' }
      response.end(JSON.stringify(request.url === '/api/pending' ? list : health))
    })
    const { out } = await run(['status', '--url', url])
    expect(out).toContain('Pending approvals: 3\n')
    expect([...out.matchAll(/\[(\w+)\]/g)].map(([, id]) => id)).toEqual(['early', 'middle', 'late'])
  })
})

describe('weakness 81', () => {
  test('flags behind the id are ignored, and another server is asked', async () => {
    const asked: string[] = []
    const url = await serveAnswers((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      response.end('{"id":"ap_1","status":"approved"}')
    })
    const line = ['approve', 'ap_1', '--url', url, '--api-key', 'the-key', '--tenant', 'a/b']
    expect((await run(line)).out).toBe('Action approve: approved\n')
    expect(asked).toEqual(['POST /v1/t/a%2Fb/approve/ap_1 Bearer the-key'])
  })

  test('errors that are text show as failures to decode', async () => {
    const url = await serveAnswers((_, response) => response.writeHead(401).end('Unauthorized\n'))
    const { exit, err } = await run(['deny', 'ap_1', '--url', url])
    expect(exit).toBe(1)
    expect(err).toMatch(/^Failed \(401\): Unauthorized\n {2}Set AGENTGUARD_API_KEY/)
    expect(err).not.toMatch(/decod|JSON/i)
  })

  test('audit exits with 0 when the server refuses', async () => {
    for (const status of [400, 401, 403, 404, 500]) {
      const url = await serveAnswers((_, response) => response.writeHead(status).end('no'))
      expect((await run(['audit', '--url', url])).exit, String(status)).toBe(1)
    }
    const url = await serveAnswers((_, response) => response.writeHead(401).end('Unauthorized\n'))
    expect((await run(['audit', '--url', url])).err).toBe(
      'audit: unauthorized (set --api-key or AGENTGUARD_API_KEY)\n'
    )
  })

  test('status says OK for any answer, and exits with 0 without a key', async () => {
    const failing = await serveAnswers((_, response) => response.writeHead(500).end('oops'))
    const { exit, out } = await run(['status', '--url', failing])
    expect([exit, out]).toEqual([1, ''])
    const keyed = await serveAnswers((request, response) => {
      if (request.url === '/health') response.end('{"status":"ok","version":"1.0.0"}')
      else response.writeHead(401).end('Unauthorized\n')
    })
    expect(await run(['status', '--url', keyed])).toEqual({
      exit: 1,
      out: `AgentGuard server: OK (${keyed})\nPending approvals: unauthorized (set --api-key or AGENTGUARD_API_KEY)\n`,
      err: ''
    })
  })
})

describe('weakness 82: an offline check knows no past and no limits', () => {
  const policy = `version: "1"
name: p
rules:
  - scope: shell
    allow:
      - pattern: "ls *"
      - pattern: deploy
        conditions: [{ require_prior: "npm test", time_window: 1h }]
    rate_limit: { max_requests: 2, window: 1h }
`
  const lines = (...commands: string[]): string =>
    commands
      .map((command) => `${JSON.stringify({ scope: 'shell', command, agent_id: 'bot' })}\n`)
      .join('')

  async function decisions(input: string, ...args: string[]): Promise<string[]> {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'p.yaml'), policy)
    await writeLog(join(directory, 'audit.jsonl'), [
      referenceLine({
        request: { scope: 'shell', command: 'npm test', agent_id: 'bot' },
        result: { decision: 'ALLOW' },
        timestamp: new Date(Date.now() - 60_000).toISOString()
      })
    ])
    const line = ['check', '--policy', join(directory, 'p.yaml'), '--batch', ...args]
    const { out } = await run(
      line.map((arg) => arg.replace('@', directory)),
      input
    )
    return out
      .split('\n')
      .filter(Boolean)
      .map((text) => text.split('\t')[0] as string)
  }

  test('with the log it judges by the past, as in production', async () => {
    expect(await decisions(lines('deploy'))).toEqual(['DENY'])
    expect(await decisions(lines('deploy'), '--audit-log', '@/audit.jsonl')).toEqual(['ALLOW'])
  })

  test('with --rate-limits it counts, as in production', async () => {
    const three = lines('ls 1', 'ls 2', 'ls 3')
    expect(await decisions(three)).toEqual(['ALLOW', 'ALLOW', 'ALLOW'])
    expect(await decisions(three, '--rate-limits')).toEqual(['ALLOW', 'ALLOW', 'DENY'])
  })

  test('a log that is not there is an error', async () => {
    expect(await decisions(lines('deploy'), '--audit-log', '@/none.jsonl')).toEqual([])
  })

  test('hundreds that need an approval use no quota up', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(
      file,
      'version: "1"\nname: p\nrules:\n  - scope: shell\n    require_approval: [{ pattern: "*" }]\n'
    )
    const input = lines(...Array.from({ length: 300 }, (_, count) => `run ${count}`))
    const { exit, out } = await run(['check', '--policy', file, '--batch'], input)
    expect([
      exit,
      new Set(
        out
          .trimEnd()
          .split('\n')
          .map((text) => text.split('\t')[0])
      )
    ]).toEqual([2, new Set(['REQUIRE_APPROVAL'])])
    expect(out).not.toContain('approval_id')
  })
})
