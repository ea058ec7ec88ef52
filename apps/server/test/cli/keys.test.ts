import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteAccess } from '@agentguard/access/sqlite'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { parseExpiry, parseSpan } from '../../src/cli/parse-expiry.ts'
import { type RunResult, run } from '../support/run.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const secretLine = /^agk_[a-z2-7]{16}_[a-z2-7]{39}\n$/

describe('agentguard keys', () => {
  let directory: string

  beforeEach(async () => {
    directory = await temporaryDirectory()
  })

  function keys(part: string, ...args: readonly string[]): Promise<RunResult> {
    return run(['keys', part, ...args, '--data-dir', directory])
  }

  /** As a server has the same file open. */
  function server() {
    const database = new DatabaseSync(join(directory, 'agentguard.db'))
    onTestFinished(() => database.close())
    return sqliteAccess({ database })
  }

  test('create prints the secret alone to standard output, and everything else to standard error', async () => {
    const { exit, out, err } = await keys('create', '--role', 'agent', '--name', 'ci')
    expect(exit).toBe(0)
    expect(out).toMatch(secretLine)
    expect(err).toContain('Created the agent `ci`')
    expect(err).not.toContain(out.trim())
    expect(statSync(join(directory, 'agentguard.db')).mode & 0o777).toBe(0o600)
  })

  test('what is created, rotated and revoked holds for a server that runs', async () => {
    const { out: secret } = await keys('create', '--role', 'approver', '--name', 'ann')
    const { credentials } = server()
    expect(credentials.authenticate(secret.trim())).toMatchObject({ credential: { name: 'ann' } })
    const rotated = await keys('rotate', 'ann')
    expect(rotated.out).toMatch(secretLine)
    await expect
      .poll(() => credentials.authenticate(secret.trim()))
      .toEqual({ ok: false, reason: 'unknown' })
    expect(credentials.authenticate(rotated.out.trim())).toMatchObject({ ok: true })
    expect(await keys('revoke', 'ann')).toMatchObject({ exit: 0, out: 'Revoked ann\n' })
    await expect
      .poll(() => credentials.authenticate(rotated.out.trim()))
      .toEqual({ ok: false, reason: 'revoked' })
  })

  test('every flag of create is in what it makes', async () => {
    const args = ['--role', 'agent', '--name', 'gw', '--agent', '*', '--tenant', 'acme']
    const { out } = await keys('create', ...args, '--expires', '2999-01-01T00:00:00Z', '--json')
    expect(JSON.parse(out)).toEqual({
      id: expect.any(String),
      name: 'gw',
      role: 'agent',
      agent: '*',
      tenant: 'acme',
      created_at: expect.any(String),
      expires_at: '2999-01-01T00:00:00Z',
      secret: expect.stringMatching(/^agk_/)
    })
  })

  test.each<[string, string[]]>([
    ['--role is missing', ['--name', 'x']],
    ['--name is missing', ['--role', 'admin']],
    [
      'invalid --role "root": expected agent, approver, auditor, admin',
      ['--role', 'root', '--name', 'x']
    ],
    ['invalid --expires "soon"', ['--role', 'admin', '--name', 'x', '--expires', 'soon']],
    ['unexpected argument "x"', ['x', '--role', 'admin', '--name', 'x']]
  ])('create says %s, and ends with 2', async (message, args) => {
    const { exit, out, err } = await keys('create', ...args)
    expect(exit).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(`keys create: ${message}`)
    expect(err).toContain('Usage: agentguard keys create')
  })

  test.each<[string, string[]]>([
    ['the name `admin` stands for something else', ['--role', 'admin', '--name', 'admin']],
    ['only the role `agent` has an agent', ['--role', 'admin', '--name', 'x', '--agent', 'y']],
    [
      'must be in the future',
      ['--role', 'admin', '--name', 'x', '--expires', '2020-01-01T00:00:00Z']
    ]
  ])('create refuses what cannot be: %s', async (message, args) => {
    const { exit, out, err } = await keys('create', ...args)
    expect({ exit, out }).toEqual({ exit: 1, out: '' })
    expect(err).toContain(message)
  })

  test('create refuses a name that somebody has', async () => {
    await keys('create', '--role', 'admin', '--name', 'ann')
    const { exit, err } = await keys('create', '--role', 'agent', '--name', 'ANN', '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(err)).toMatchObject({ code: 'name_taken' })
  })

  test('list shows who is active, with --all everybody, and no secret', async () => {
    const { out: secret } = await keys('create', '--role', 'agent', '--name', 'ci')
    await keys('create', '--role', 'auditor', '--name', 'eve', '--tenant', 'acme')
    await keys('revoke', 'eve')
    const listed = await keys('list')
    expect(listed.out).toMatch(/^ID +NAME +ROLE +AGENT +TENANT +STATE +EXPIRES +LAST USED\n/)
    expect(listed.out).toMatch(/ci +agent +ci +all +active +never +never\n$/)
    expect(listed.out).not.toContain('auditor')
    const all = await keys('list', '--all', '--json')
    expect(JSON.parse(all.out)).toMatchObject([
      { name: 'ci' },
      { name: 'eve', tenant: 'acme', revoked_at: expect.any(String) }
    ])
    expect(listed.out + all.out).not.toContain(secret.trim().slice(-39))
  })

  test('sessions can be listed and ended', async () => {
    await keys('create', '--role', 'approver', '--name', 'ann')
    const { credentials, sessions } = server()
    const [ann] = await credentials.list()
    const holder = { credentialId: ann?.id ?? '' }
    const opened = await sessions.open({ holder, ttlMs: 60_000, from: '192.0.2.1' })
    if (!opened.ok) throw new Error('refused')
    const { id } = opened.session
    const listed = await keys('sessions')
    expect(listed.out).toMatch(new RegExp(`${id} +ann +192\\.0\\.2\\.1 `))
    expect(JSON.parse((await keys('sessions', '--json')).out)).toMatchObject([
      { id, credential_id: ann?.id }
    ])
    expect(await keys('revoke', id)).toMatchObject({ exit: 0 })
    await eventually(async () =>
      expect(await sessions.find(opened.token, undefined)).toBeUndefined()
    )
    expect((await keys('sessions')).out).toBe('Nobody is signed in.\n')
  })

  test('what is not there ends with 1, and the rest is done', async () => {
    await keys('create', '--role', 'agent', '--name', 'ci')
    const { exit, out, err } = await keys('revoke', 'nobody', 'ci', 'as_0123456789abcdef')
    expect({ exit, out }).toEqual({ exit: 1, out: 'Revoked ci\n' })
    expect(err).toContain('"nobody"')
    expect(err).toContain('"as_0123456789abcdef"')
    expect((await keys('rotate', 'ci')).exit).toBe(1)
  })

  test('lines that are wrong end with 2', async () => {
    await keys('create', '--role', 'agent', '--name', 'ci')
    for (const args of [
      ['revoke'],
      ['rotate'],
      ['rotate', 'ci', 'x'],
      ['list', 'x'],
      ['sessions', 'x']
    ]) {
      const [part = '', ...rest] = args
      expect((await keys(part, ...rest)).exit).toBe(2)
    }
    const { exit, err } = await keys('rotate', 'ci', '--overlap', '1x')
    expect(exit).toBe(2)
    expect(err).toContain('invalid --overlap "1x"')
  })

  test('a directory without a store is no place to list or revoke in, and none is made there', async () => {
    for (const args of [['list'], ['revoke', 'x'], ['rotate', 'x'], ['sessions']]) {
      const [part = '', ...rest] = args
      const { exit, err } = await keys(part, ...rest)
      expect(exit).toBe(1)
      expect(err).toContain('--data-dir')
    }
    expect(() => statSync(join(directory, 'agentguard.db'))).toThrow()
  })

  test('a file that is no database is an error, and stays as it is', async () => {
    const { writeFile, readFile } = await import('node:fs/promises')
    const file = join(directory, 'agentguard.db')
    await writeFile(file, 'this is no database, however long it is read'.repeat(50))
    expect(await keys('create', '--role', 'admin', '--name', 'x')).toMatchObject({
      exit: 1,
      out: ''
    })
    expect(await readFile(file, 'utf8')).toContain('this is no database')
  })

  test('--store-dsn is refused while nothing else than the data directory is supported', async () => {
    const { exit, err } = await keys('list', '--store-dsn', 'postgres://x:secret@h/d')
    expect(exit).toBe(1)
    expect(err).not.toContain('secret')
  })
})

describe('when something expires', () => {
  test.each<[string, number | undefined]>([
    ['90d', 90 * 86_400_000],
    ['1w2d', 9 * 86_400_000],
    ['36h', 36 * 3_600_000],
    ['1y', 365 * 86_400_000],
    ['90s', 90_000],
    ['', undefined],
    ['90', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1M', undefined],
    ['999999999y999999999y', undefined]
  ])('the span %s is %s', (text, ms) => {
    expect(parseSpan(text)).toBe(ms)
  })

  test.each<[string, number | undefined]>([
    ['1h', 3_601_000],
    ['1970-01-01T01:00:00Z', 3_600_000],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1970-01-01', undefined],
    ['1970-13-01T00:00:00Z', undefined],
    ['tomorrow', undefined],
    ['9999999y', undefined]
  ])('the time %s is %s', (text, at) => {
    expect(parseExpiry(text, 1000)).toBe(at)
  })
})
