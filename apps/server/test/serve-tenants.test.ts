import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { apiOf } from './support/api.ts'
import { runBin, serveBin } from './support/bin.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

interface Hook {
  readonly url: string
  readonly received: { readonly request: { readonly command: string } }[]
}

/** Receives notifications, until the test is over. */
async function openHook(): Promise<Hook> {
  const received: Hook['received'] = []
  const server = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)))
    response.end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close().closeAllConnections())
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`, received }
}

function policy(
  name: string,
  { hook, extra = '', limit = '' }: { hook?: Hook; extra?: string; limit?: string } = {}
): string {
  return `version: "1"
name: ${name}
rules:
  - scope: shell
    ${limit}
    allow: [{ pattern: "${name} *" }]
${extra}
notifications:
  on_deny: [${hook ? `{ type: webhook, url: "${hook.url}" }` : ''}]
  redaction: { extra_patterns: ["${name}-[0-9]+"] }
`
}

describe('a server with tenants', () => {
  async function open(local: string) {
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(file, local)
    const server = await serveBin(['--policy', file, '--data-dir', directory])
    const api = apiOf(server.port)
    const tenant = async (...args: string[]) => {
      const done = await runBin(['tenant', ...args, '--data-dir', directory])
      expect(done.err).toBe('')
      expect(done.exit).toBe(0)
    }
    const put = async (id: string, content: string) => {
      const path = join(directory, `${id}.yaml`)
      await writeFile(path, content)
      await tenant('put', id, '--policy', path)
    }
    const decide = async (command: string, id: string) =>
      (await api.check({ scope: 'shell', command, agent_id: 'bot' }, id)).decision
    return { directory, file, server, api, tenant, put, decide }
  }

  test('follows what a command changes: rules, limits, notifications, redaction', async () => {
    const [ours, theirs, later] = [await openHook(), await openHook(), await openHook()]
    const { api, tenant, put, decide, server } = await open(policy('local', { hook: ours }))
    expect((await api.post('/v1/t/acme/check', {})).status).toBe(404)

    await put('acme', policy('one', { hook: theirs }))
    await eventually(async () => expect(await decide('one x', 'acme')).toBe('ALLOW'))
    expect(await decide('two one-123', 'acme')).toBe('DENY')
    await eventually(() => expect(theirs.received).toHaveLength(1))
    // Weaknesses 47 and 31: the tenant's own target, and the tenant's own secrets.
    expect(theirs.received[0]?.request.command).toMatch(/^two \[REDACTED/)
    expect(ours.received).toEqual([])
    const entries = (await api.get('/v1/t/acme/audit?decision=DENY')) as {
      request: { command: string }
    }[]
    expect(entries[0]?.request.command).toMatch(/^two \[REDACTED/)

    const limit = 'rate_limit: { max_requests: 1, window: 1h }'
    await put('acme', policy('two', { hook: later, limit }))
    await eventually(async () => expect(await decide('one x', 'acme')).toBe('DENY'))
    const verdict = await api.check({ scope: 'shell', command: 'two x', agent_id: 'bot' }, 'acme')
    expect(verdict).toMatchObject({ matched_rule: 'deny:ratelimit:shell' })
    await eventually(() => expect(later.received.length).toBeGreaterThan(0))
    expect(theirs.received).toHaveLength(1)

    await tenant('rm', 'acme')
    await eventually(async () => expect((await api.post('/v1/t/acme/check', {})).status).toBe(404))
    const events = (await api.get('/v1/audit?kind=policy-loaded')) as {
      _meta: { detail: unknown }
    }[]
    expect(events[0]?._meta.detail).toMatchObject({
      digest: expect.stringMatching(/^sha256:/),
      name: 'local'
    })
    expect(server.lines.join('\n')).not.toContain('secret-path')
  })

  test('starts with a stored policy that is none, and says so everywhere', async () => {
    const { directory, file, server, put } = await open(policy('local'))
    await put('good', policy('good'))
    const ended = once(server.child, 'exit')
    server.child.kill('SIGTERM')
    await ended
    const { openDatabase } = await import('../src/state/database.ts')
    const { openTenantStore } = await import('../src/tenants/tenant-store.ts')
    const database = await openDatabase(join(directory, 'agentguard.db'))
    openTenantStore(database).put('bad', 'ruels: []')
    database.close()

    const again = await serveBin(['--policy', file, '--data-dir', directory])
    const api = apiOf(again.port)
    expect(await api.check({ scope: 'shell', command: 'good x' }, 'bad')).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:tenant:provider_error'
    })
    expect((await api.check({ scope: 'shell', command: 'good x' }, 'good')).decision).toBe('ALLOW')
    expect(again.lines.join('\n')).toContain('Policy of tenant bad failed: ')
    expect(await api.get('/v1/t/bad/health')).toMatchObject({ status: 'degraded' })
    expect(await api.get('/v1/t/bad/audit?kind=policy-failed')).toMatchObject([
      { _meta: { detail: { tenant_id: 'bad', problem: expect.any(String) } } }
    ])
  })

  test('changed settings of the file hold at once: body limit, page size, log of failures', async () => {
    const { file, api, server } = await open(policy('local'))
    await writeFile(file, policy('local', { extra: 'proxy: { request: { max_body_bytes: 30 } }' }))
    await eventually(async () =>
      expect((await api.post('/v1/check', { scope: 'x'.repeat(30) })).status).toBe(413)
    )
    await writeFile(file, 'ruels: []')
    await server.lineLike(/Policy reload failed/)
    await eventually(async () => {
      expect(await api.get('/v1/audit?kind=policy-failed')).toMatchObject([
        { _meta: { detail: { digest: expect.stringMatching(/^sha256:/) } } }
      ])
    })
  })
})
