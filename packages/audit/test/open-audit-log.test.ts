import { describe, expect, test, vi } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import type { AuditStore } from '../src/index.ts'
import { verifyLog } from '../src/index.ts'
import { memoryAuditStore } from '../src/memory/index.ts'
import { entryOf } from './support/entries.ts'
import { signerOf } from './support/log-keys.ts'
import { openLog } from './support/open-log.ts'

const keys = [signerOf('log.test').verifierKey]

/** A store whose writes wait until they are let go, and fail when they are told to. */
function heldStore(): { store: AuditStore; release: () => void; fail: (error: Error) => void } {
  const inner = memoryAuditStore()
  let release = (): void => {}
  let fail = (_: Error): void => {}
  let isFirst = true
  const store: AuditStore = {
    ...inner,
    async append(lines) {
      // The header is written while the log is opened.
      if (isFirst) {
        isFirst = false
        return await inner.append(lines)
      }
      await new Promise<void>((resolve, reject) => {
        release = resolve
        fail = reject
      })
      await inner.append(lines)
    }
  }
  return { store, release: () => release(), fail: (error) => fail(error) }
}

describe('a log', () => {
  test.each(['fsync', 'written'] as const)(
    'with `%s` answers when the entry is written',
    async (durability) => {
      const { store, release } = heldStore()
      const log = await openLog(store, { durability })
      let isAnswered = false
      const answer = log.append(entryOf(0)).then(() => {
        isAnswered = true
      })
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(isAnswered).toBe(false)
      release()
      await answer
    }
  )

  test('with `async` answers before', async () => {
    const { store } = heldStore()
    const log = await openLog(store, { durability: 'async' })
    await expect(log.append(entryOf(0))).resolves.toMatchObject({ seq: 1 })
  })

  test('that failed tries again by itself, and the chain goes on without what was refused', async () => {
    const { store, release, fail } = heldStore()
    const errors: unknown[] = []
    const log = await openLog(store, { onError: (error) => errors.push(error) })
    const refused = log.append(entryOf(0))
    await new Promise((resolve) => setTimeout(resolve, 5))
    fail(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    await expect(refused).rejects.toMatchObject({ code: 'write_failed', cause: { code: 'ENOSPC' } })
    expect(log.health()).toMatchObject({ status: 'failed', error: { code: 'ENOSPC' } })
    expect(errors).toHaveLength(1)
    await eventually(() => {
      release()
      expect(log.health().status).toBe('ok')
    })
    const written = log.append(entryOf(1))
    await eventually(() => {
      release()
      expect(log.health().waiting).toBe(0)
    })
    release()
    await written
    expect((await log.query()).lines).toHaveLength(1)
    expect(await verifyLog(store.parts(), { keys })).toMatchObject({ ok: true })
  })

  test('writes a checkpoint every so many lines, some time after a line, and when it is closed', async () => {
    const given: number[] = []
    const log = await openLog(memoryAuditStore(), {
      checkpointEvery: { lines: 10, ms: 30 },
      onCheckpoint: ({ size }) => given.push(size)
    })
    for (let i = 0; i < 10; i++) await log.append(entryOf(i))
    await eventually(() => expect(given).toHaveLength(1))
    await log.append(entryOf(10))
    await eventually(() => expect(given).toHaveLength(2))
    await new Promise((resolve) => setTimeout(resolve, 80))
    // Where nothing happens, nothing is written.
    expect(given).toHaveLength(2)
    await log.append(entryOf(11))
    await log.close()
    expect(given).toHaveLength(3)
    expect(given.at(-1)).toBe(log.health().size)
  })

  test('charges a source, and writes down how often it refused one', async () => {
    const budget = { burstBytes: 3000, bytesPerHour: 0, maxSources: 10 }
    const log = await openLog(memoryAuditStore(), { budget })
    const flood = entryOf(0, { agent_id: 'flood' })
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => log.append(flood)))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    expect(refused.length).toBeGreaterThan(5)
    expect(refused[0]).toMatchObject({ reason: { code: 'over_budget' } })
    await log.append(entryOf(0, { agent_id: 'other' }))
    await log.append(flood, { source: '10.0.0.7' })
    await log.checkpoint()
    const [event] = (await log.query({ kind: 'entries-refused' })).lines
    const sources = [{ source: '["local","","flood"]', refused: refused.length }]
    expect(event).toMatchObject({ _meta: { detail: { sources } } })
    await log.close()
  })

  test('that cannot be opened lets go of its storage', async () => {
    const inner = memoryAuditStore()
    const close = vi.fn(async () => {})
    const append = async () => {
      throw new Error('no space')
    }
    await expect(openLog({ ...inner, append, close })).rejects.toMatchObject({
      code: 'open_failed',
      cause: { message: 'no space' }
    })
    expect(close).toHaveBeenCalledOnce()
  })

  test('gives each line fresh random salts', async () => {
    const log = await openLog(memoryAuditStore())
    for (let i = 0; i < 300; i++) await log.append(entryOf(0))
    const { lines } = await log.query({ limit: 1000 })
    expect(new Set(lines.map(({ salt }) => salt)).size).toBe(300)
    await log.close()
  })
})
