import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { sqliteAccess } from '../src/drivers/sqlite.ts'
import type { Access, AccessOptions } from '../src/index.ts'
import { Clock } from './clock.ts'

const hour = 3_600_000

describe('access in a file that processes share', () => {
  let clock: Clock
  let folder: string

  beforeEach(() => {
    clock = new Clock()
    folder = mkdtempSync(join(tmpdir(), 'access-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
  })

  /** As another process opens it: with a connection and caches of its own. */
  function open(options: AccessOptions = {}): Access & { readonly database: DatabaseSync } {
    const database = new DatabaseSync(join(folder, 'agentguard.db'))
    onTestFinished(() => {
      if (database.isOpen) database.close()
    })
    return { database, ...sqliteAccess({ database, now: clock.now, ...options }) }
  }

  async function issue(access: Access): Promise<string> {
    const created = await access.credentials.create({ role: 'admin', name: 'root' })
    if (!created.ok) throw new Error('refused')
    return created.secret
  }

  test('what one process has revoked is over in another within the time that it may be stale', async () => {
    const [server, command] = [open(), open()]
    const secret = await issue(command)
    expect(server.credentials.authenticate(secret)).toMatchObject({ ok: true })
    await command.credentials.revoke('root')
    clock.pass(250)
    expect(server.credentials.authenticate(secret)).toEqual({ ok: false, reason: 'revoked' })
  })

  test('a session ends in every process when its credential is revoked in one', async () => {
    const [server, command] = [open(), open()]
    await issue(server)
    const [root] = await server.credentials.list()
    const holder = { credentialId: root?.id ?? '' }
    const opened = await server.sessions.open({ holder, ttlMs: hour, from: '' })
    if (!opened.ok) throw new Error('refused')
    expect(server.sessions.find(opened.token, undefined)).toBeDefined()
    await command.credentials.revoke('root')
    clock.pass(250)
    expect(server.sessions.find(opened.token, undefined)).toBeUndefined()
  })

  test('a server notices the first credential, without which it answers everybody', async () => {
    const [server, command] = [open(), open()]
    expect(server.credentials.isInUse()).toBe(false)
    await issue(command)
    clock.pass(250)
    expect(server.credentials.isInUse()).toBe(true)
  })

  test('who was just let in is let in again without asking the database', async () => {
    const access = open()
    const secret = await issue(access)
    expect(access.credentials.authenticate(secret)).toMatchObject({ ok: true })
    access.database.close()
    for (let count = 0; count < 100; count++) {
      expect(access.credentials.authenticate(secret)).toMatchObject({ ok: true })
    }
    clock.pass(250)
    expect(() => access.credentials.authenticate(secret)).toThrow(
      expect.objectContaining({ code: 'store_failed' })
    )
  })

  test('a database that fails lets nobody in and tells no secret', async () => {
    const access = open()
    const secret = await issue(access)
    access.database.close()
    expect(() => access.credentials.authenticate(secret)).toThrow(
      expect.objectContaining({
        code: 'store_failed',
        message: expect.not.stringContaining(secret)
      })
    )
    expect(() => access.credentials.isInUse()).not.toThrow() // it was, and stays so
    await expect(access.credentials.list()).rejects.toMatchObject({ code: 'store_failed' })
    await expect(access.tend()).rejects.toMatchObject({ code: 'store_failed' })
  })

  test('what was made survives the process', async () => {
    const first = open()
    const secret = await issue(first)
    const opened = await first.sessions.open({ holder: { apiKey: 'key' }, ttlMs: hour, from: '' })
    first.database.close()
    const second = open()
    expect(second.credentials.authenticate(secret)).toMatchObject({ ok: true })
    expect(opened.ok && second.sessions.find(opened.token, 'key')).toBeDefined()
  })

  test('the file holds no secret, no token, no CSRF value and no API key', async () => {
    const access = open()
    const secret = await issue(access)
    const holder = { apiKey: 'correct horse' }
    const opened = await access.sessions.open({ holder, ttlMs: hour, from: '' })
    if (!opened.ok) throw new Error('refused')
    const bytes = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'))
    for (const text of [secret, secret.slice(21), opened.token, opened.csrfToken, holder.apiKey]) {
      expect(bytes.join('')).not.toContain(text)
    }
  })

  test('a process that saw an older use does not take back a later one', async () => {
    const [one, two] = [open(), open()]
    const secret = await issue(one)
    one.credentials.authenticate(secret)
    clock.pass(1000)
    two.credentials.authenticate(secret)
    await two.tend()
    await one.tend()
    expect(await open().credentials.list()).toMatchObject([{ lastUsedAt: clock.at }])
  })

  test('closing writes the last uses and leaves the database open', async () => {
    const access = open()
    access.credentials.authenticate(await issue(access))
    await access.close()
    expect(access.database.isOpen).toBe(true)
    expect(await open().credentials.list()).toMatchObject([{ lastUsedAt: clock.at }])
  })

  test('a database of a later version is refused', () => {
    open().database.exec('insert into access_schema values (99)')
    expect(() => open()).toThrow(expect.objectContaining({ code: 'newer_schema' }))
  })

  test('other tables are left alone', () => {
    const database = new DatabaseSync(join(folder, 'agentguard.db'))
    database.exec('create table approvals (id text)')
    sqliteAccess({ database })
    expect(database.prepare('select count(*) as n from approvals').get()).toEqual({ n: 0 })
    database.close()
  })

  test('a timeout is a whole number', () => {
    const database = new DatabaseSync(':memory:')
    expect(() => sqliteAccess({ database, busyTimeoutMs: -1 })).toThrow(RangeError)
  })
})
