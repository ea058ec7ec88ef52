import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.ts'
import { runBin, type ServingBin, serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { verifyAuditFile } from '../support/verify-audit.ts'

const policy = `version: "1"
name: state
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow:
      - pattern: "make"
      - pattern: "release"
        conditions: [{ require_prior: "make", time_window: "1h" }]
  - scope: cost
    limits: { max_per_session: "$10" }
`
const deploy = { scope: 'shell', command: 'deploy it', agent_id: 'bot' }
const spend = (est_cost: number) => ({ scope: 'cost', session_id: 's', est_cost, agent_id: 'bot' })

async function directory(): Promise<{ directory: string; args: string[] }> {
  const path = await temporaryDirectory()
  const file = join(path, 'p.yaml')
  await writeFile(file, policy)
  return { directory: path, args: ['--policy', file, '--data-dir', path, '--dashboard'] }
}

async function start(args: readonly string[]): Promise<ServingBin & { readonly api: Api }> {
  const server = await serveBin(args)
  return { ...server, api: apiOf(server.port) }
}

async function end({ child }: ServingBin, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

describe.each(['SIGTERM', 'SIGKILL'] as const)('after %s and a new start', (signal) => {
  test('approvals, their use, budgets, history and the log are as they were answered', async () => {
    const { directory: data, args } = await directory()
    const before = await start(args)
    const ids = []
    for (const est_cost of [1, 2, 3, 4]) {
      ids.push((await before.api.check({ ...deploy, est_cost })).approval_id ?? '')
    }
    const [pending = '', approved = '', used = '', denied = ''] = ids
    await before.api.post(`/v1/approve/${approved}`)
    await before.api.post(`/v1/approve/${used}`)
    await before.api.post(`/v1/deny/${denied}`)
    const use = { ...deploy, est_cost: 3, approval_id: used }
    expect((await before.api.check(use)).decision).toBe('ALLOW')
    expect((await before.api.check(spend(6))).decision).toBe('ALLOW')
    expect(
      (await before.api.check({ scope: 'shell', command: 'make', agent_id: 'bot' })).decision
    ).toBe('ALLOW')
    await end(before, signal)

    const after = await start(args)
    expect(await after.api.get('/api/pending')).toMatchObject([{ id: pending }])
    const again = await after.api.check(use)
    expect(again.decision).toBe('REQUIRE_APPROVAL')
    expect(again.approval_id).not.toBe(used)
    expect(await after.api.check({ ...deploy, est_cost: 2, approval_id: approved })).toMatchObject({
      decision: 'ALLOW',
      matched_rule: 'allow:approved'
    })
    expect(await after.api.check({ ...deploy, est_cost: 4, approval_id: denied })).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:approved'
    })
    expect(await after.api.check(spend(5))).toMatchObject({
      decision: 'DENY',
      matched_rule: 'deny:cost:max_per_session'
    })
    expect((await after.api.check(spend(4))).decision).toBe('ALLOW')
    const release = { scope: 'shell', command: 'release', agent_id: 'bot' }
    expect((await after.api.check(release)).decision).toBe('ALLOW')
    expect((await after.api.check({ ...release, agent_id: 'other' })).decision).toBe('DENY')
    const entries = (await after.api.get('/v1/audit?limit=1000')) as unknown[]
    expect(entries).toHaveLength(14)
    await end(after, 'SIGTERM')
    expect(await verifyAuditFile(data)).toMatchObject({ ok: true })
  })
})

/** Asks again and again, each time as another agent, until nobody answers any more. */
async function askUntilKilled(
  api: Api,
  prefix: string,
  onAllowed: (name: string) => void
): Promise<void> {
  for (let count = 0; ; count++) {
    const agent_id = `${prefix}-${count}`
    try {
      const { decision } = await api.check({ scope: 'shell', command: 'make', agent_id })
      if (decision === 'ALLOW') onAllowed(agent_id)
    } catch {
      return
    }
  }
}

describe('a server that is killed while it works', () => {
  test('has written down everything that it has answered, and forgets no spending', async () => {
    const { directory: data, args } = await directory()
    const allowed = new Set<string>()
    for (let round = 0; round < 3; round++) {
      const { api, child } = await start(args)
      const ended = once(child, 'exit')
      const onAllowed = (name: string): void => {
        allowed.add(name)
        if (allowed.size > 200 * (round + 1)) child.kill('SIGKILL')
      }
      const work = Array.from({ length: 16 }, (_, worker) =>
        askUntilKilled(api, `${round}-${worker}`, onAllowed)
      )
      await Promise.all([...work, ended])
    }
    const { api } = await start(args)
    const logged = new Set<string>()
    for (let offset = 0; ; offset += 1000) {
      const page = (await api.get(`/v1/audit?limit=1000&offset=${offset}`)) as
        | { agent_id: string }[]
        | null
      for (const { agent_id } of page ?? []) logged.add(agent_id)
      if (!page || page.length < 1000) break
    }
    expect([...allowed].filter((name) => !logged.has(name))).toEqual([])
    expect(allowed.size).toBeGreaterThan(600)
    expect(await verifyAuditFile(data)).toMatchObject({ ok: true })
  })
})

describe('a data directory', () => {
  test('is for one server; that of one that was killed is taken over', async () => {
    const { args } = await directory()
    const first = await start(args)
    const second = await runBin(['serve', '--port', '0', ...args])
    expect(second.exit).toBe(1)
    expect(second.err).toMatch(
      /Server error: the data directory .* is in use: process \d+ on .* serves from it/
    )
    await end(first, 'SIGKILL')
    const third = await start(args)
    expect((await third.api.check({ scope: 'shell', command: 'make' })).decision).toBe('ALLOW')
  })

  const broken: [name: string, file: string, content: string, message: RegExp][] = [
    [
      'database',
      'agentguard.db',
      'this is no database '.repeat(100),
      /the database .* cannot be opened/
    ],
    ['signing key', 'audit-signing-key.pem', 'nonsense', /is no Ed25519 private key/],
    ['redaction key', 'redaction.key', 'short', /is no key/],
    [
      'log of a later version',
      'audit.jsonl',
      '{"_meta":{"schema_version":9,"created_at":"2026-01-01T00:00:00Z"}}\n',
      /the audit log .* cannot be opened: the log is of version 9/
    ]
  ]
  test.each(broken)(
    'with a broken %s is refused with what is wrong',
    async (_, file, content, message) => {
      const { directory: data, args } = await directory()
      await writeFile(join(data, file), content)
      const { exit, err } = await runBin(['serve', '--port', '0', ...args])
      expect(exit).toBe(1)
      expect(err).toMatch(message)
    }
  )

  test('that is a file is refused', async () => {
    const { directory: data, args } = await directory()
    await writeFile(join(data, 'file'), '')
    const { exit, err } = await runBin([
      'serve',
      '--port',
      '0',
      ...args,
      '--data-dir',
      join(data, 'file')
    ])
    expect(exit).toBe(1)
    expect(err).toMatch(/the data directory .* cannot be used/)
  })

  test.runIf(process.getuid?.() !== 0)('that cannot be written to is refused', async () => {
    const { directory: data, args } = await directory()
    await chmod(data, 0o500)
    const { exit, err } = await runBin(['serve', '--port', '0', ...args])
    expect(exit).toBe(1)
    expect(err).toMatch(/the data directory .* cannot be used/)
  })

  test('without --persist everything works, and nothing but the log stays', async () => {
    const { directory: data, args } = await directory()
    const before = await start([...args, '--persist=false'])
    const { approval_id: id } = await before.api.check(deploy)
    expect((await before.api.post(`/v1/approve/${id}`)).status).toBe(200)
    await end(before, 'SIGTERM')
    const after = await start([...args, '--persist=false'])
    expect((await after.api.post(`/v1/approve/${id}`)).status).toBe(404)
    expect(await after.api.get('/v1/audit')).toHaveLength(1)
    await end(after, 'SIGTERM')
    expect(await verifyAuditFile(data)).toMatchObject({ ok: true })
  })

  test('--audit-backend store keeps the log in the database, with everything of an entry', async () => {
    const { args } = await directory()
    const before = await start([...args, '--audit-backend', 'store'])
    await before.api.check({ ...deploy, meta: { arg: 'v' }, est_cost: 2 })
    await end(before, 'SIGKILL')
    const after = await start([...args, '--audit-backend', 'store'])
    expect(await after.api.get('/v1/audit')).toMatchObject([
      { request: { meta: { arg: 'v' }, est_cost: 2 }, result: { approval_id: expect.any(String) } }
    ])
  })
})
