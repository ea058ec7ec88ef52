import { generateKeyPairSync } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AuditStore, createSigner, openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { expect, test } from 'vitest'
import { watchStore } from '../../src/events/watch-store.ts'
import {
  type CountsCheckpoint,
  type CountsFile,
  createCountsFile
} from '../../src/metrics/counts-file.ts'
import { createLastingCounts } from '../../src/metrics/lasting-counts.ts'
import { checkEntry } from '../support/open-feed.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const signer = createSigner('test', generateKeyPairSync('ed25519').privateKey)

/** A server's counts over a log, from its start to its stop. */
async function start(store: AuditStore, file: CountsFile) {
  const read: number[] = []
  const errors: unknown[] = []
  let restored = 0
  const counts = createLastingCounts({
    file,
    scan: (scan) => store.scan(scan),
    onReplayed: (entries) => read.push(entries),
    onRestored: ({ allowed, denied, approvals }) => {
      restored += allowed + denied + approvals
    },
    onError: (error) => errors.push(error)
  })
  const audit = await openAuditLog({
    store: watchStore(store, [counts]),
    signer,
    redact: false,
    durability: 'written'
  })
  const { done } = await counts.restore()
  return { counts, audit, done, read, errors, restored: () => restored }
}

function memoryFile(): CountsFile & { kept?: CountsCheckpoint | undefined } {
  return {
    kept: undefined,
    async read() {
      return this.kept
    },
    async write(checkpoint) {
      this.kept = checkpoint
    }
  }
}

const denied = { decision: 'DENY', reason: '' } as const

test('weakness 35: counts go on after a restart, and only what is not in the file is read', async () => {
  const store = memoryAuditStore()
  const file = memoryFile()
  const first = await start(store, file)
  await first.done
  await first.audit.append(checkEntry())
  await first.audit.append(checkEntry({ result: denied, tenant_id: 'acme' }))
  await first.counts.save()
  // This is in no file: the process ends without a word.
  await first.audit.append(checkEntry())
  await first.audit.close()

  const second = await start(store, file)
  expect(second.counts.of('acme')).toEqual({ allowed: 0, denied: 1, approvals: 0 })
  await second.audit.append(checkEntry())
  await second.done
  expect(second.counts.of('local')).toEqual({ allowed: 3, denied: 0, approvals: 0 })
  expect(second.read).toEqual([1])
  expect(second.restored()).toBe(3)
  expect(second.errors).toEqual([])
})

test('without a file, the log is read behind the back of the server', async () => {
  const store = memoryAuditStore()
  const first = await start(store, memoryFile())
  for (let each = 0; each < 20; each++) await first.audit.append(checkEntry())
  await first.audit.close()
  const second = await start(store, memoryFile())
  await second.done
  expect(second.counts.of('local').allowed).toBe(20)
  expect(second.read).toEqual([20])
})

test('the counts of another log are not taken for those of this one', async () => {
  const file = memoryFile()
  const first = await start(memoryAuditStore(), file)
  await first.done
  for (let each = 0; each < 3; each++) await first.audit.append(checkEntry())
  await first.counts.save()
  const other = memoryAuditStore()
  const before = await start(other, memoryFile())
  for (let each = 0; each < 9; each++) await before.audit.append(checkEntry({ result: denied }))
  await before.audit.close()
  const second = await start(other, file)
  await second.done
  expect(second.counts.of('local')).toEqual({ allowed: 0, denied: 9, approvals: 0 })
})

test('a file that cannot be read costs a reading of the log, and is told', async () => {
  const store = memoryAuditStore()
  const first = await start(store, memoryFile())
  await first.audit.append(checkEntry())
  await first.audit.close()
  const broken: CountsFile = {
    read: () => Promise.reject(new Error('EIO')),
    write: async () => {}
  }
  const second = await start(store, broken)
  await second.done
  expect(second.counts.of('local').allowed).toBe(1)
  expect(second.errors).toHaveLength(1)
})

test('counts that are not whole yet are not kept', async () => {
  const store = memoryAuditStore()
  const first = await start(store, memoryFile())
  await first.audit.append(checkEntry())
  await first.audit.close()
  const file = memoryFile()
  const second = await start(store, file)
  await second.counts.save()
  expect(file.kept).toBeUndefined()
  await second.done
  await second.audit.append(checkEntry())
  await second.counts.save()
  expect(file.kept?.tenants['local']?.allowed).toBe(2)
})

test('the file is replaced as a whole, for nobody else to read, and a broken one is none', async () => {
  const path = join(await temporaryDirectory(), 'data', 'counts.json')
  const file = createCountsFile(path)
  expect(await file.read()).toBeUndefined()
  const checkpoint = { seq: 3, hash: 'ab', tenants: { a: { allowed: 1, denied: 2, approvals: 3 } } }
  await file.write(checkpoint)
  expect(await file.read()).toEqual(checkpoint)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const text = await readFile(path, 'utf8')
  for (const bad of [
    text.slice(0, 20),
    '{}',
    'null',
    text.replace('"allowed":1', '"allowed":-1')
  ]) {
    await writeFile(path, bad)
    expect(await file.read()).toBeUndefined()
  }
})
