import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { sqliteBudgets, sqliteRateLimiter } from '../src/sqlite/index.ts'
import { account, burstLimit, fixedLimit, limitMicros, micros, now } from './processes/shared.ts'

const folders: string[] = []
const script = fileURLToPath(new URL('processes/take.ts', import.meta.url))

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'))
  folders.push(folder)
  return join(folder, 'limits.db')
}

/** Runs a process on a database; kills it at once after so many grants. Returns what it was granted. */
async function takeInProcess(file: string, times: number, killAfter?: number): Promise<string[]> {
  const child = spawn(process.execPath, [script, file, String(times)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (killAfter !== undefined && output.split('\n').length > killAfter) child.kill('SIGKILL')
  })
  await new Promise((resolve) => child.on('close', resolve))
  const lines = output.split('\n').filter((line) => line !== '')
  if (killAfter === undefined) expect(lines.at(-1)).toBe('end')
  return lines
}

const count = (lines: readonly string[], what: string): number =>
  lines.filter((line) => line === what).length

describe('limits in a SQLite file', () => {
  test('several processes never grant more than one would', async () => {
    const file = newFile()
    // Three at once, from an empty file: they also race for the migrations.
    const granted = (await Promise.all([1, 2, 3].map(() => takeInProcess(file, 25)))).flat()
    expect(count(granted, 'fixed')).toBe(fixedLimit.max)
    expect(count(granted, 'burst')).toBe(burstLimit.burst)
    expect(count(granted, 'money')).toBe(Math.floor(limitMicros / micros))
  })

  test('what was granted is still counted after the process was killed', async () => {
    const file = newFile()
    const granted = await takeInProcess(file, 25, 20)
    const database = new DatabaseSync(file)
    const budgets = sqliteBudgets({ database })
    const limiter = sqliteRateLimiter({ database })
    const spent = await budgets.spent(account, now)
    expect(spent).toBeGreaterThanOrEqual(count(granted, 'money') * micros)
    const key = { tenant: 'local', scope: 'fixed', agent: 'a' }
    const take = await limiter.take(key, fixedLimit, now)
    const left = take.ok ? take.remaining + 1 : 0
    expect(left).toBeLessThanOrEqual(fixedLimit.max - count(granted, 'fixed'))
    database.close()
  })

  test('a reservation can be ended by another process, and after a restart', async () => {
    const file = newFile()
    const first = new DatabaseSync(file)
    const reserve = async () =>
      sqliteBudgets({ database: first }).reserve([{ account, limitMicros }], micros, now)
    const [released, open] = [await reserve(), await reserve()]
    first.close()
    const second = new DatabaseSync(file)
    const budgets = sqliteBudgets({ database: second })
    expect(released.ok && (await budgets.release(released.reservation))).toBe(true)
    // What nobody ends stays spent.
    expect(await budgets.spent(account, now)).toBe(micros)
    expect(open.ok && (await budgets.commit(open.reservation))).toBe(true)
    second.close()
  })

  test('a failure in the middle leaves nothing behind', async () => {
    const database = new DatabaseSync(':memory:')
    const budgets = sqliteBudgets({ database })
    const session = { ...account, holder: 'session', id: 's' } as const
    database.exec(`create trigger broken before insert on budget_reservations
      begin select raise(abort, 'disk is gone'); end`)
    const attempt = async () => budgets.reserve([{ account }, { account: session }], micros, now)
    await expect(attempt()).rejects.toThrow('disk is gone')
    expect(await budgets.spent(account, now)).toBe(0)
    database.exec('drop trigger broken')
    expect(await attempt()).toMatchObject({ ok: true })
  })

  test('two packages’ worth of tables live in one file, and migrating again changes nothing', async () => {
    const database = new DatabaseSync(':memory:')
    const limiter = sqliteRateLimiter({ database })
    sqliteBudgets({ database })
    const key = { tenant: 'local', scope: 'fixed', agent: 'a' }
    await limiter.take(key, { max: 1, windowMs: 1000 }, now)
    const again = sqliteRateLimiter({ database })
    expect(await again.take(key, { max: 1, windowMs: 1000 }, now)).toMatchObject({ ok: false })
  })

  test('a database of a later version is refused', () => {
    const database = new DatabaseSync(':memory:')
    sqliteRateLimiter({ database })
    database.exec('insert into rate_limiter_migrations (number) values (99)')
    expect(() => sqliteRateLimiter({ database })).toThrow(
      expect.objectContaining({ name: 'LimiterError', code: 'newer_schema' })
    )
  })

  test('a broken database throws: nothing is granted', async () => {
    const database = new DatabaseSync(':memory:')
    const limiter = sqliteRateLimiter({ database })
    const budgets = sqliteBudgets({ database })
    database.close()
    const key = { tenant: 'local', scope: 'fixed', agent: 'a' }
    await expect((async () => limiter.take(key, fixedLimit, now))()).rejects.toThrow()
    await expect((async () => budgets.reserve([{ account }], 1, now))()).rejects.toThrow()
  })

  test('the bookkeeping of room is exact', async () => {
    const database = new DatabaseSync(':memory:')
    const limiter = sqliteRateLimiter({ database, maxKeys: 30 })
    const budgets = sqliteBudgets({ database, maxAccounts: 30 })
    for (let at = 0; at < 200; at++) {
      const agent = `${at}-${'x'.repeat((at % 3) * 50)}`
      const scope = `s${at % 4}`
      await limiter.take({ tenant: 'local', scope, agent }, { max: 3, windowMs: 50 }, at)
      const day = { tenant: 'local', holder: 'agent', id: agent, period: 'day' } as const
      await budgets.record([day, { ...day, holder: 'session', period: 'ever' }], 1, now + at * 3e7)
    }
    await budgets.sweep(1e9, now + 200 * 3e7)
    for (const [kind, rows] of [
      ['rate', 'rate_buckets'],
      ['budget', 'budget_accounts']
    ]) {
      const sums = database
        .prepare(
          `select (select sum(size) from ${rows}) as rows, (select sum(size) from ${kind}_groups) as groups,
            (select size from limiter_rooms where kind = ?) as room`
        )
        .get(kind as string)
      expect(sums?.['rows']).toBe(sums?.['room'])
      expect(sums?.['groups']).toBe(sums?.['room'])
      expect(sums?.['room']).toBeLessThanOrEqual(30)
    }
  })
})
