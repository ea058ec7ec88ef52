import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { type SqliteApprovalsOptions, sqliteApprovals } from '../src/drivers/sqlite.ts'
import { type Approvals, ApprovalsError } from '../src/index.ts'
import { ask, Clock } from './ask.ts'

const folder = mkdtempSync(join(tmpdir(), 'approvals-'))
let files = 0
const databases: DatabaseSync[] = []

interface Opened {
  readonly database: DatabaseSync
  readonly approvals: Approvals
}

function open(file: string, options: Partial<SqliteApprovalsOptions> = {}): Opened {
  const database = new DatabaseSync(file)
  databases.push(database)
  return { database, approvals: sqliteApprovals({ database, tickMs: 5, ...options }) }
}

function newFile(): string {
  return join(folder, `${files++}.db`)
}

async function idOf(approvals: Approvals, text: string): Promise<{ id: string; digest: string }> {
  const opened = await approvals.open(ask(text))
  if (!opened.ok) throw new Error('refused')
  return { id: opened.approval.id, digest: opened.approval.digest ?? '' }
}

afterEach(() => {
  for (const database of databases.splice(0)) if (database.isOpen) database.close()
})
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

describe('one file', () => {
  test('keeps everything when it is closed and opened again', async () => {
    const file = newFile()
    const first = open(file)
    const { id, digest } = await idOf(first.approvals, 'ls')
    await first.approvals.resolve('local', id, { decision: 'ALLOW', by: 'ann' })
    const before = await first.approvals.get('local', id)
    first.database.close()
    const second = open(file)
    expect(await second.approvals.get('local', id)).toEqual(before)
    expect((await second.approvals.consume('local', id, digest)).consumed).toBe(true)
    second.database.close()
    const third = open(file)
    expect(await third.approvals.consume('local', id, digest)).toMatchObject({ reason: 'consumed' })
  })

  test('is written through: a log ahead, and every commit on the disk', () => {
    const { database } = open(newFile())
    expect(database.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' })
    expect(database.prepare('pragma synchronous').get()).toMatchObject({ synchronous: 2 })
  })

  test('wakes who waits when another connection has answered', async () => {
    const file = newFile()
    const asker = open(file)
    const person = open(file)
    const { id } = await idOf(asker.approvals, 'ls')
    const waiting = asker.approvals.wait('local', id)
    await person.approvals.resolve('local', id, { decision: 'ALLOW', by: 'ann' })
    expect(await waiting).toMatchObject({ decision: 'ALLOW', resolved_by: 'ann' })
  })

  test('tells each change to the one who made it only', async () => {
    const file = newFile()
    const seen: string[] = []
    const clock = new Clock()
    const one = open(file, { now: clock.now, onChange: ({ to }) => seen.push(`one ${to}`) })
    const two = open(file, { now: clock.now, onChange: ({ to }) => seen.push(`two ${to}`) })
    const { id } = await idOf(one.approvals, 'ls')
    await two.approvals.get('local', id)
    clock.at += 3_600_000
    await two.approvals.get('local', id)
    await one.approvals.get('local', id)
    expect(seen).toEqual(['one pending', 'two expired'])
  })

  test('may hold other tables, and is only added to', async () => {
    const file = newFile()
    const database = new DatabaseSync(file)
    database.exec('create table approvals (id text); pragma user_version = 7')
    database.close()
    const opened = open(file)
    await idOf(opened.approvals, 'ls')
    expect(opened.database.prepare('pragma user_version').get()).toMatchObject({ user_version: 7 })
    expect(opened.database.prepare('select count(*) as n from approvals').get()?.['n']).toBe(0)
  })

  test('is brought to the newest schema once', () => {
    const file = newFile()
    open(file)
    const { database } = open(file)
    const versions = database.prepare('select version from approval_schema').all()
    expect(versions.map(({ version }) => version)).toEqual([1])
  })

  test('counts what is kept as what is kept', async () => {
    const { database, approvals } = open(newFile(), { retentionMs: 0, expiresMs: 1 })
    await idOf(approvals, 'ls')
    await idOf(approvals, 'pwd')
    const counted = database.prepare('select kept, size from approval_tenants')
    const sums = 'select count(*) as kept, sum(size) as size from approval_records'
    expect(counted.get()).toEqual(database.prepare(sums).get())
  })

  test('is read by index, never from end to end', async () => {
    const texts = new Set<string>()
    const database = new DatabaseSync(newFile())
    databases.push(database)
    const prepare = database.prepare.bind(database)
    Object.assign(database, {
      prepare: (text: string) => {
        texts.add(text)
        return prepare(text)
      }
    })
    const approvals = sqliteApprovals({ database, limits: { maxKeptPerTenant: 2 } })
    const { id, digest } = await idOf(approvals, 'a')
    await approvals.resolve('local', id, { decision: 'ALLOW' })
    await approvals.consume('local', id, digest)
    await idOf(approvals, 'b')
    await idOf(approvals, 'c')
    await approvals.open(ask('d'))
    await approvals.pending('local')
    await approvals.expire()
    const scans = [...texts]
      .filter((text) => /approval_records/.test(text) && !/create/.test(text))
      .flatMap((text) => prepare(`explain query plan ${text}`).all())
      .map(({ detail }) => String(detail))
      .filter((detail) => /SCAN approval_records/.test(detail) && !/USING .*INDEX/.test(detail))
    expect(scans).toEqual([])
  })
})

describe('what fails, fails closed', () => {
  test('a store of a newer version is not touched', () => {
    const file = newFile()
    open(file).database.exec('insert into approval_schema values (2)')
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'newer_schema' }))
  })

  test('a store that cannot be written answers nothing', async () => {
    const { database, approvals } = open(newFile())
    const { id, digest } = await idOf(approvals, 'ls')
    await approvals.resolve('local', id, { decision: 'ALLOW' })
    database.exec('pragma query_only = on')
    await expect(approvals.consume('local', id, digest)).rejects.toMatchObject({
      name: 'ApprovalsError',
      code: 'store_failed',
      cause: expect.anything()
    })
    database.exec('pragma query_only = off')
    expect((await approvals.consume('local', id, digest)).consumed).toBe(true)
  })

  test('a store that is busy for too long answers nothing, and nothing is half done', async () => {
    const file = newFile()
    const { approvals } = open(file, { busyTimeoutMs: 20 })
    const other = open(file)
    const { id, digest } = await idOf(approvals, 'ls')
    await approvals.resolve('local', id, { decision: 'ALLOW' })
    other.database.exec('begin immediate')
    await expect(approvals.consume('local', id, digest)).rejects.toThrow(ApprovalsError)
    other.database.exec('commit')
    expect((await approvals.consume('local', id, digest)).consumed).toBe(true)
  })

  test('a store that fails ends the waiting', async () => {
    const { database, approvals } = open(newFile())
    const { id } = await idOf(approvals, 'ls')
    const waiting = approvals.wait('local', id)
    database.close()
    await expect(waiting).rejects.toMatchObject({ code: 'store_failed' })
  })

  test('what a listener throws reaches who asked, and the change stands', async () => {
    const { approvals } = open(newFile(), {
      onChange: ({ to }) => {
        if (to === 'consumed') throw new Error('the log is full')
      }
    })
    const { id, digest } = await idOf(approvals, 'ls')
    await approvals.resolve('local', id, { decision: 'ALLOW' })
    await expect(approvals.consume('local', id, digest)).rejects.toThrow('the log is full')
    expect(await approvals.consume('local', id, digest)).toMatchObject({ reason: 'consumed' })
  })

  test.each([
    ['no JSON', 'secret'],
    ['no approval', '{"id":"secret"}'],
    ['an answer that is none', undefined]
  ])('a record that is damaged (%s) harms no other, and is never used', async (_, body) => {
    const corrupt: ApprovalsError[] = []
    const clock = new Clock()
    const { database, approvals } = open(newFile(), {
      now: clock.now,
      onCorrupt: (error) => corrupt.push(error)
    })
    const damaged = await idOf(approvals, 'ls')
    const sound = await idOf(approvals, 'ls')
    database
      .prepare(
        `update approval_records set body = coalesce(?, json_set(body, '$.decision', 'PERHAPS'))
          where id = ?`
      )
      .run(body ?? null, damaged.id)
    const refusal = { code: 'corrupt_record', message: expect.not.stringContaining('secret') }
    await expect(approvals.get('local', damaged.id)).rejects.toMatchObject(refusal)
    await expect(approvals.consume('local', damaged.id, damaged.digest)).rejects.toMatchObject(
      refusal
    )
    expect(await approvals.pending('local')).toMatchObject([{ ids: [sound.id] }])
    expect(corrupt).toMatchObject([refusal])
    clock.at += 3_600_000
    expect((await approvals.expire()).map(({ id }) => id)).toEqual([sound.id])
    expect(await approvals.countPending()).toBe(0)
    clock.at += 24 * 3_600_000 + 1
    await approvals.expire()
    expect(await approvals.get('local', damaged.id)).toBeUndefined()
  })

  test.each([-1, 0.5, Number.NaN])('a timeout of %d is refused', (busyTimeoutMs) => {
    expect(() => open(newFile(), { busyTimeoutMs })).toThrow(RangeError)
  })
})
