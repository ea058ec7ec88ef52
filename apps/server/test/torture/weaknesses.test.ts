/** What AgentGuard 1.0 was weak at and no other test shows, each under its number: see weakness-list.test.ts. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { repository } from '../support/bin.ts'
import { run } from '../support/run.ts'
import { directoryUntilEnd } from './support/directory.ts'
import { keepAsking } from './support/load.ts'
import { entriesOf, expectVerified, linesOf } from './support/log-of.ts'
import { serveHere, until } from './support/serve-here.ts'

const policy = `version: "1"
name: weaknesses
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
`
const deploy = (at: number, agent_id = 'bot') => ({
  scope: 'shell',
  command: `deploy ${at}`,
  agent_id
})

test('weakness 32: starts, reloads, tenants, logins and refusals are in the log', async () => {
  const server = await serveHere(policy, {
    args: ['--dashboard'],
    env: { AGENTGUARD_API_KEY: 'k' }
  })
  const url = `http://127.0.0.1:${server.port}`
  await fetch(`${url}/v1/audit`, { headers: { Authorization: 'Bearer wrong' } })
  await fetch(`${url}/auth/login`, { method: 'POST', body: '{"api_key":"k"}' })
  await writeFile(server.policyFile, policy.replace('weaknesses', 'other'))
  const events = async (): Promise<string[]> =>
    (await linesOf(server.directory)).flatMap((line) =>
      '_meta' in line && line._meta.event !== undefined ? [line._meta.event] : []
    )
  await until(
    async () => (await events()).filter((event) => event === 'policy-loaded').length === 2
  )
  await writeFile(server.policyFile, 'broken: [')
  await until(async () => (await events()).includes('policy-failed'))
  const tenant = ['tenant', 'put', 'acme', '--policy', join(await policyFile()), '--data-dir']
  expect((await run([...tenant, server.directory])).exit).toBe(0)
  await until(
    async () => (await events()).filter((event) => event === 'policy-loaded').length === 3
  )
  await server.stop()
  expect(await events()).toEqual(
    expect.arrayContaining(['server-started', 'auth-refused', 'session-login', 'server-stopped'])
  )
  expect(JSON.stringify(await linesOf(server.directory))).not.toContain('wrong')
})

async function policyFile(): Promise<string> {
  const file = join(await directoryUntilEnd(), 'tenant.yaml')
  await writeFile(file, policy)
  return file
}

test('weakness 34: a credential reports denials of its own agent only, and they are no evaluation', async () => {
  const server = await serveHere(policy, { env: { AGENTGUARD_API_KEY: 'k' } })
  const url = `http://127.0.0.1:${server.port}`
  const create = ['keys', 'create', '--role', 'agent', '--agent', 'bot', '--name', 'bot']
  const secret = (await run([...create, '--data-dir', server.directory])).out.trim()
  const report = (agent_id: string) =>
    fetch(`${url}/v1/audit`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}` },
      body: JSON.stringify({ request: { scope: 'shell', agent_id }, rule: 'deny:x' })
    })
  expect((await report('other')).status).toBe(403)
  expect((await report('bot')).status).toBe(200)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('agentguard_policy_eval_duration_ms_count 0')
  await server.stop()
  const entries = await entriesOf(server.directory)
  expect(
    entries.map(({ agent_id, caller, result }) => [agent_id, caller, result.matched_rule])
  ).toEqual([
    // What was made up is not written down; that somebody tried is.
    ['other', 'bot', 'deny:access:agent_mismatch'],
    ['bot', 'bot', 'deny:x']
  ])
})

test('weakness 38: an answer writes its own row, and nothing is written while nothing happens', async () => {
  const server = await serveHere(policy, { args: ['--dashboard'] })
  const ids: string[] = []
  for (let at = 0; at < 100; at++) ids.push((await server.api.check(deploy(at))).approval_id ?? '')
  const wal = async (): Promise<number> =>
    (await stat(join(server.directory, 'agentguard.db-wal'))).size
  const before = await wal()
  await server.api.post(`/v1/approve/${ids[0]}`)
  // A hundred records would be dozens of pages of 4 KiB each.
  expect((await wal()) - before).toBeLessThan(16 * 4096)
})

test('weakness 42: checks are answered while the log rotates and is compressed, and nothing is lost', async () => {
  const server = await serveHere(policy, {
    args: ['--audit-max-size-mb=1', '--audit-max-backups=0']
  })
  const filler = 'x'.repeat(4000)
  let left = 1200
  const statuses = new Set<string>()
  await keepAsking({
    port: server.port,
    askers: 16,
    next: () => (left-- > 0 ? { scope: 'shell', command: `echo ${left} ${filler}` } : undefined),
    onAnswer: ({ status, verdict }) => statuses.add(`${status} ${verdict.decision}`)
  })
  expect([...statuses]).toEqual(['200 ALLOW'])
  const seen = new Set<unknown>()
  let cursor = ''
  do {
    const page = await fetch(
      `http://127.0.0.1:${server.port}/v1/audit?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    )
    for (const { request } of (await page.json()) as { request: { command: string } }[]) {
      seen.add(request.command.split(' ')[1])
    }
    cursor = page.headers.get('X-AgentGuard-Next-Cursor') ?? ''
  } while (cursor !== '')
  expect(seen.size).toBe(1200)
  await server.stop()
  await expectVerified(server.directory)
})

test('weakness 48: a tenant that floods leaves room for another', async () => {
  const server = await serveHere(policy)
  const file = await policyFile()
  for (const tenant of ['noisy', 'quiet']) {
    await run(['tenant', 'put', tenant, '--policy', file, '--data-dir', server.directory])
  }
  const isThere = async (tenant: string): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${server.port}/v1/t/${tenant}/health`)).status === 200
  await until(async () => (await isThere('noisy')) && (await isThere('quiet')))
  const rules = new Set<string | undefined>()
  for (let round = 0; round < 4; round++) {
    const actions = Array.from({ length: 100 }, (_, at) => deploy(at, `agent-${round}-${at}`))
    const { body } = await server.api.post('/v1/t/noisy/check/batch', actions)
    for (const { matched_rule } of (body as { results: { matched_rule?: string }[] }).results) {
      rules.add(matched_rule)
    }
  }
  expect(rules.has('require_approval:shell:deploy *')).toBe(true)
  expect(await server.api.check(deploy(1), 'quiet')).toMatchObject({ decision: 'REQUIRE_APPROVAL' })
})

test('weakness 66: an approval that cannot be read blocks no other, and is never a yes', async () => {
  const directory = await directoryUntilEnd()
  const before = await serveHere(policy, { directory, args: ['--dashboard'] })
  const [good, bad] = [await before.api.check(deploy(1)), await before.api.check(deploy(2))]
  for (const { approval_id } of [good, bad]) await before.api.post(`/v1/approve/${approval_id}`)
  expect(await before.stop()).toBe(0)
  const database = new DatabaseSync(join(directory, 'agentguard.db'))
  const { changes } = database
    .prepare("update approval_records set body = '{broken' where id = ?")
    .run(bad.approval_id ?? '')
  expect(changes).toBe(1)
  database.close()
  const after = await serveHere(policy, { directory, args: ['--dashboard'] })
  const use = ({ approval_id }: typeof good, at: number) =>
    after.api.check({ ...deploy(at), approval_id })
  expect((await use(good, 1)).decision).toBe('ALLOW')
  expect((await use(bad, 2)).decision).not.toBe('ALLOW')
})

test('weakness 67: a time is a time, with or without its fraction', async () => {
  const { api } = await serveHere(policy)
  await api.check({ scope: 'shell', command: 'ls -l', agent_id: 'timed' })
  const [entry] = (await api.get('/v1/audit?agent_id=timed')) as { timestamp: string }[]
  const second = `${entry?.timestamp.slice(0, 19)}Z`
  const next = new Date(Date.parse(second) + 1000).toISOString()
  const count = async (query: string): Promise<number> =>
    ((await api.get(`/v1/audit?agent_id=timed&${query}`)) as unknown[] | null)?.length ?? 0
  expect(await count(`since=${second}`)).toBe(1)
  expect(await count(`since=${second}&until=${next}`)).toBe(1)
  expect(await count(`until=${new Date(Date.parse(second) - 1).toISOString()}`)).toBe(0)
  expect(await count(`since=${next.replace('.000Z', 'Z')}`)).toBe(0)
})

test('weakness 77: the image says whether it is well, and its examples bring a key', async () => {
  const image = await readFile(join(repository, 'Dockerfile'), 'utf8')
  expect(image).toMatch(/^HEALTHCHECK /m)
  expect(image).toMatch(/^USER (?!root|0)/m)
  const compose = await readFile(join(repository, 'deploy/compose.yaml'), 'utf8')
  expect(compose).toMatch(/AGENTGUARD_API_KEY/)
})
