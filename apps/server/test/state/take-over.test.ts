import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { type AuditLog, createSigner, openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/state/database.ts'
import { takeOverDatabase } from '../../src/state/take-over/take-over-database.ts'
import { takeOverStoredEntries } from '../../src/state/take-over/take-over-entries.ts'
import { type Api, apiOf } from '../support/api.ts'
import { runBin, type ServingBin, serveBin } from '../support/bin.ts'
import {
  createReferenceDatabase,
  putApproval,
  putEntry,
  referenceHeader,
  referenceLine
} from '../support/reference-data.ts'
import { run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { verifyAuditFile } from '../support/verify-audit.ts'

const policy = `version: "1"
name: p
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "ls" }]
  - scope: cost
    limits: { max_per_session: "$10" }
`
const request = { schema_version: 'v1', scope: 'shell', command: 'deploy it', agent_id: 'bot' }
const minutesAgo = (minutes: number): string =>
  new Date(Date.now() - minutes * 60_000).toISOString()

async function serveData(
  directory: string,
  args: readonly string[] = []
): Promise<ServingBin & { readonly api: Api }> {
  const file = join(directory, 'p.yaml')
  await writeFile(file, policy)
  const server = await serveBin(['--policy', file, '--data-dir', directory, '--dashboard', ...args])
  return { ...server, api: apiOf(server.port) }
}

describe('a data directory of AgentGuard 1.0', () => {
  test('is taken over: approvals, what sessions have spent, tenants', async () => {
    const directory = await temporaryDirectory()
    const database = createReferenceDatabase(directory)
    const answered = { decision: 'ALLOW', resolvedAt: minutesAgo(1) } as const
    putApproval(database, { id: 'ap_pending', request })
    putApproval(database, { id: 'ap_yes', request, ...answered })
    putApproval(database, { id: 'ap_used', request, ...answered, consumedAt: minutesAgo(0.5) })
    putApproval(database, { id: 'ap_old', request, ...answered, resolvedAt: minutesAgo(9) })
    putApproval(database, { id: 'ap_no', request, ...answered, decision: 'DENY' })
    putApproval(database, { id: 'ap_acme', tenant: 'acme', request })
    database.exec(`insert into session_costs values ('local', 's', 6.0000001, '${minutesAgo(5)}')`)
    database.exec(
      `insert into rate_buckets values ('local', 'shell:local:bot', 1, 5, 60000000000, '${minutesAgo(1)}')`
    )
    database
      .prepare('insert into policies values (?, ?, ?)')
      .run('acme', policy.replace('name: p', 'name: acme'), minutesAgo(60))
    database.exec(
      "insert into approvals values ('local', 'ap_corrupt', '{', '{}', 'x', 0, '', '', '', '', '')"
    )
    // It is not closed: what it has written is in its write-ahead log, as after a kill.

    const { api, lines, child } = await serveData(directory)
    database.close()
    expect(lines.join('\n')).toMatch(
      /Took over the database of AgentGuard 1\.0: 6 approvals, 1 sessions' costs, 1 tenants' policies, 0 audit entries; .* As it was: .*agentguard\.db\.v1-backup/
    )
    expect(lines.join('\n')).toContain('WARNING: 1 rows could not be read')
    expect(await api.get('/api/pending')).toMatchObject([
      { id: 'ap_pending', created_at: expect.stringMatching(/^2026-/), digest: expect.any(String) }
    ])
    expect(await api.get('/v1/t/acme/api/pending')).toMatchObject([{ id: 'ap_acme' }])
    const replay = (approval_id: string) => api.check({ ...request, approval_id })
    expect(await replay('ap_yes')).toMatchObject({
      decision: 'ALLOW',
      matched_rule: 'allow:approved'
    })
    expect((await replay('ap_yes')).decision).toBe('REQUIRE_APPROVAL')
    expect((await replay('ap_used')).decision).toBe('REQUIRE_APPROVAL')
    expect((await replay('ap_old')).decision).toBe('REQUIRE_APPROVAL')
    expect(await replay('ap_no')).toMatchObject({ matched_rule: 'deny:approved' })
    expect((await api.post('/v1/approve/ap_pending')).status).toBe(200)
    expect((await replay('ap_pending')).decision).toBe('ALLOW')
    const spend = (est_cost: number) => api.check({ scope: 'cost', session_id: 's', est_cost })
    expect(await spend(4)).toMatchObject({ matched_rule: 'deny:cost:max_per_session' })
    expect((await spend(3.9)).decision).toBe('ALLOW')
    expect((await api.check({ scope: 'shell', command: 'ls' }, 'acme')).decision).toBe('ALLOW')

    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    const again = await serveData(directory)
    expect(again.lines.join('\n')).not.toContain('Took over')
    expect((await again.api.check({ ...request, approval_id: 'ap_pending' })).decision).toBe(
      'REQUIRE_APPROVAL'
    )
    const backups = (await readdir(directory)).filter((name) => name.includes('backup'))
    expect(backups).toEqual(['agentguard.db.v1-backup'])
    const backup = new DatabaseSync(join(directory, 'agentguard.db.v1-backup'), { readOnly: true })
    expect(backup.prepare('select count(*) as n from approvals').get()).toEqual({ n: 7 })
    backup.close()
  })

  test('was lost when an operator command opened the database before the first start', async () => {
    const directory = await temporaryDirectory()
    const database = createReferenceDatabase(directory)
    putApproval(database, { id: 'ap_pending', request })
    database.exec(`insert into session_costs values ('local', 's', 9, '${minutesAgo(5)}')`)
    database.close()
    const file = join(directory, 'acme.yaml')
    await writeFile(file, policy)
    const cli = (...args: string[]) => run([...args, '--data-dir', directory])
    expect(await cli('tenant', 'list')).toMatchObject({ exit: 0 })
    expect(await cli('tenant', 'put', 'acme', '--policy', file)).toMatchObject({ exit: 0 })
    expect((await cli('tenant', 'list')).out).toBe('Registered tenants (1):\n  acme\n')
    for (const line of [['list'], ['create', '--role', 'agent', '--name', 'ci']]) {
      const { exit, err } = await cli('keys', ...line)
      expect([exit, err], line[0]).toEqual([1, expect.stringContaining('one of AgentGuard 1.0')])
    }

    const { api, lines } = await serveData(directory)
    expect(lines.join('\n')).toContain(
      "Took over the database of AgentGuard 1.0: 1 approvals, 1 sessions' costs, 1 tenants' policies"
    )
    expect(await api.get('/api/pending')).toMatchObject([{ id: 'ap_pending' }])
    expect((await api.check({ scope: 'shell', command: 'ls' }, 'acme')).decision).toBe('ALLOW')
    expect(await cli('keys', 'list')).toMatchObject({ exit: 0 })
  })

  test('has its log continued: what was there is found, and what is new is sealed', async () => {
    const directory = await temporaryDirectory()
    const log = join(directory, 'audit.jsonl')
    await writeFile(
      `${log}.20261120T070612Z.gz`,
      gzipSync(referenceHeader + referenceLine('archived'))
    )
    await writeFile(log, referenceHeader + referenceLine('live'))
    await writeFile(`${log}.overflow.jsonl`, referenceLine('spilled'))
    await writeFile(
      `${log}.overflow.jsonl.draining.1763712000000000000`,
      `${referenceLine('draining')}no entry\n`
    )
    await writeFile(`${log}.replay-checkpoint`, '{"offset":1,"audit_size":1}')
    const { api, lines, child } = await serveData(directory)
    await api.check({ scope: 'shell', command: 'ls' })
    const entries = (await api.get('/v1/audit')) as { request: { command: string } }[]
    expect(entries.map(({ request: { command } }) => command)).toEqual([
      'archived',
      'live',
      'spilled',
      'draining',
      'ls'
    ])
    expect(lines.join('\n')).toMatch(
      /Took over 1 audit entries from .*overflow\.jsonl, which is now/
    )
    expect(lines.join('\n')).toMatch(/WARNING: 1 lines of .*draining.* are no entries/)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    expect((await readFile(log, 'utf8')).startsWith(referenceHeader + referenceLine('live'))).toBe(
      true
    )
    expect(existsSync(`${log}.overflow.jsonl`)).toBe(false)
    expect(existsSync(`${log}.overflow.jsonl.taken-over`)).toBe(true)
    expect(await verifyAuditFile(directory)).toMatchObject({ ok: true })

    const again = await serveData(directory)
    expect(again.lines.join('\n')).not.toContain('Took over')
    expect(await again.api.get('/v1/audit')).toHaveLength(5)
  })

  test('may have its log elsewhere, where 1.0 was started, which nobody was told', async () => {
    const cwd = await temporaryDirectory()
    await writeFile(join(cwd, 'audit.jsonl'), referenceHeader + referenceLine('before'))
    await writeFile(join(cwd, 'p.yaml'), policy)
    const start = (...args: string[]) => serveBin(['--policy', 'p.yaml', ...args], { cwd })
    const apart = await start('--data-dir', 'state')
    expect(apart.lines.join('\n')).toMatch(
      /WARNING: \/.*audit\.jsonl is not continued: .*--audit-log/
    )
    expect(await apiOf(apart.port).get('/v1/audit')).toBeNull()
    const continued = await start('--data-dir', 'other', '--audit-log', 'audit.jsonl')
    expect(continued.lines.join('\n')).not.toContain('not continued')
    expect(await apiOf(continued.port).get('/v1/audit')).toMatchObject([
      { request: { command: 'before' } }
    ])
  })

  test('may have a log of version 0.4, without a first line', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'audit.jsonl'), referenceLine('old'))
    const { api } = await serveData(directory)
    await api.check({ scope: 'shell', command: 'ls' })
    expect(await api.get('/v1/audit')).toMatchObject([
      { request: { command: 'old' } },
      { request: { command: 'ls' } }
    ])
  })

  test.each(['file', 'store'])(
    'has the log of its database written into ours (%s)',
    async (backend) => {
      const directory = await temporaryDirectory()
      const database = createReferenceDatabase(directory)
      for (let index = 0; index < 600; index++)
        putEntry(database, index % 2 ? 'acme' : 'local', `c${index}`)
      database.prepare('insert into policies values (?, ?, ?)').run('acme', policy, minutesAgo(1))
      database.close()
      const { api, lines } = await serveData(directory, ['--audit-backend', backend])
      expect(lines.join('\n')).toContain('Took over 600 audit entries from the database')
      const entries = (await api.get('/v1/audit?limit=1000')) as Record<string, unknown>[]
      expect(entries).toHaveLength(300)
      expect(entries[1]).toMatchObject({
        timestamp: '2026-11-20T07:02:56.5Z',
        session_id: 's',
        agent_id: 'bot',
        request: { scope: 'shell', command: 'c2' },
        result: { decision: 'ALLOW', reason: 'why', matched_rule: 'allow:shell:x' },
        duration_ms: 3,
        transport: 'sdk'
      })
      expect(await api.get('/v1/t/acme/audit?limit=1000')).toHaveLength(300)
    }
  )

  test('that is damaged is refused, and stays as it was', async () => {
    const directory = await temporaryDirectory()
    const database = createReferenceDatabase(directory)
    for (let index = 0; index < 200; index++) putApproval(database, { id: `ap_${index}`, request })
    database.close()
    const path = join(directory, 'agentguard.db')
    const bytes = await readFile(path)
    bytes.fill(0xff, 3 * 4096, 12 * 4096)
    await writeFile(path, bytes)
    const args = ['--policy', 'configs/default.yaml', '--data-dir', directory]
    const { exit, err } = await runBin(['serve', '--port', '0', ...args])
    expect(exit).toBe(1)
    expect(err).toMatch(/the database .* (is damaged|cannot be opened)/)
    expect((await readFile(path)).equals(bytes)).toBe(true)
  })
})

describe('taking a database over', () => {
  test('is done once, also if it is interrupted', async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, 'agentguard.db')
    const database = createReferenceDatabase(directory)
    putApproval(database, { id: 'ap_1', request })
    database.close()
    // What an interruption leaves.
    await writeFile(`${path}.taking-over`, 'half a copy')
    await writeFile(`${path}.v1-backup.part`, 'half a copy')
    const options = { now: Date.now(), approvalValidityMs: 300_000 }
    expect(await takeOverDatabase(path, options)).toMatchObject({ approvals: 1 })
    expect(await takeOverDatabase(path, options)).toBeUndefined()
    expect((await readdir(directory)).sort()).toEqual(['agentguard.db', 'agentguard.db.v1-backup'])
  })

  test('a database of ours, and none, are left alone', async () => {
    const directory = await temporaryDirectory()
    const path = join(directory, 'agentguard.db')
    const options = { now: Date.now(), approvalValidityMs: 300_000 }
    expect(await takeOverDatabase(path, options)).toBeUndefined()
    const database = await openDatabase(path)
    database.close()
    expect(await takeOverDatabase(path, options)).toBeUndefined()
    expect(await readdir(directory)).toEqual(['agentguard.db'])
  })

  test('a database of a later version is refused', async () => {
    const path = join(await temporaryDirectory(), 'agentguard.db')
    const database = await openDatabase(path)
    database.exec('pragma user_version = 99')
    database.close()
    await expect(openDatabase(path)).rejects.toThrow(/it was written by a later version/)
  })
})

describe('taking stored entries over', () => {
  test('goes on where it was interrupted, and believes no client that it was', async () => {
    const directory = await temporaryDirectory()
    const database = createReferenceDatabase(directory)
    for (let index = 0; index < 5; index++) putEntry(database, 'local', `c${index}`)
    const log = await openTestLog()
    const entry = (request_id: string, source: string) => ({
      timestamp: '2026-11-20T00:00:00Z',
      session_id: '',
      agent_id: '',
      request: { scope: 'shell', command: 'c0' },
      result: { decision: 'ALLOW', reason: '' } as const,
      duration_ms: 0,
      request_id,
      source
    })
    await log.append(entry('v1-store-2', 'v1-store'))
    expect(await takeOverStoredEntries(database, log)).toBe(3)
    expect(await takeOverStoredEntries(database, log)).toBe(0)

    const other = createReferenceDatabase(await temporaryDirectory())
    for (let index = 0; index < 5; index++) putEntry(other, 'local', `c${index}`)
    await log.append(entry('v1-store-4', '10.0.0.1'))
    expect(await takeOverStoredEntries(other, log)).toBe(5)
    for (const each of [database, other]) each.close()
  })
})

async function openTestLog(): Promise<AuditLog> {
  const log = await openAuditLog({
    store: memoryAuditStore(),
    signer: createSigner('take-over.test', generateKeyPairSync('ed25519').privateKey),
    redact: false
  })
  onTestFinished(() => log.close())
  return log
}
