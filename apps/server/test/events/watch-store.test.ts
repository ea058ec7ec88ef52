import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { type AuditStore, createSigner, openAuditLog, type SealedLine } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { expect, test } from 'vitest'
import { createFeed } from '../../src/events/feed.ts'
import { watchStore } from '../../src/events/watch-store.ts'
import { checkEntry, createSink } from '../support/open-feed.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const signer = createSigner('test', generateKeyPairSync('ed25519').privateKey)

function listener() {
  const opened: number[] = []
  const lines: SealedLine[] = []
  return {
    opened,
    lines,
    listener: {
      opened: (size: number) => void opened.push(size),
      take: (taken: readonly SealedLine[]) => void lines.push(...taken)
    }
  }
}

test('every line is told once, in order, also those that the log writes by itself', async () => {
  const heard = listener()
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  const store = fileAuditStore({ path, rotation: { maxBytes: 20_000 } })
  const log = await openAuditLog({
    store: watchStore(store, [heard.listener]),
    signer,
    redact: false
  })
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 20 }, () => log.append(checkEntry())))
    await log.appendEvent('server-started')
  }
  await log.checkpoint()
  const { size } = log.health()
  await log.close()
  expect(heard.opened).toEqual([0])
  expect(heard.lines.map(({ seq }) => seq)).toEqual(
    Array.from({ length: heard.lines.length }, (_, at) => at)
  )
  expect(heard.lines.length).toBeGreaterThanOrEqual(size)
  // The log has been rotated, and the first lines of its files are among them.
  const headers = heard.lines.filter(({ line }) => '_meta' in line && line._meta.rotated_from)
  expect(headers.length).toBeGreaterThan(1)
})

/** A store that fails when it is told to. */
function flaky(store: AuditStore): AuditStore & { fails: boolean } {
  const own = {
    ...watchStore(store, []),
    fails: false,
    async append(lines: readonly SealedLine[]) {
      if (own.fails) throw new Error('disk full')
      await store.append(lines)
    }
  }
  return own
}

test('a line that was not written is not told; its number goes to another', async () => {
  const heard = listener()
  const store = flaky(memoryAuditStore())
  const watched = watchStore(store, [heard.listener])
  const log = await openAuditLog({ store: watched, signer, redact: false, retryMs: 1 })
  await log.append(checkEntry())
  store.fails = true
  await expect(log.append(checkEntry({ agent_id: 'lost' }))).rejects.toThrow()
  store.fails = false
  while (log.health().status !== 'ok') await new Promise((resolve) => setTimeout(resolve, 1))
  await log.append(checkEntry({ agent_id: 'kept' }))
  await log.close()
  const seqs = heard.lines.map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, at) => at))
  expect(JSON.stringify(heard.lines.map(({ line }) => line))).not.toContain('lost')
})

test('a listener that fails changes nothing of what is written, nor of what others hear', async () => {
  const heard = listener()
  const errors: unknown[] = []
  const broken = {
    opened() {
      throw new Error('opened')
    },
    take() {
      throw new Error('take')
    }
  }
  const store = watchStore(memoryAuditStore(), [broken, heard.listener], (error) =>
    errors.push(error)
  )
  const log = await openAuditLog({ store, signer, redact: false })
  const { seq } = await log.append(checkEntry())
  expect(log.health().status).toBe('ok')
  expect(heard.lines.at(-1)?.seq).toBe(seq)
  expect(errors.length).toBeGreaterThan(1)
  await log.close()
})

async function openFile(path: string) {
  const store = fileAuditStore({ path, rotation: { maxBytes: 60_000 } })
  const errors: unknown[] = []
  const feed = createFeed({
    scan: (scan) => store.scan(scan),
    findApproval: async () => undefined,
    redact: (_, action) => action,
    onError: (error) => errors.push(error)
  })
  const log = await openAuditLog({
    store: watchStore(store, [feed]),
    signer,
    redact: false,
    durability: 'written'
  })
  return { feed, log, errors }
}

test('weakness 43: who was away over rotations and a restart misses nothing', async () => {
  const path = join(await temporaryDirectory(), 'audit.jsonl')
  const first = await openFile(path)
  const sink = createSink()
  first.feed.subscribe({ tenant: 'local', sink })
  await first.log.append(checkEntry({ agent_id: 'agent-0' }))
  const [seen] = await sink.received(1)
  first.feed.close()
  for (let each = 1; each <= 400; each++) {
    await first.log.append(checkEntry({ agent_id: `agent-${each}` }))
    if (each % 3 === 0) await first.log.append(checkEntry({ tenant_id: 'acme' }))
  }
  await first.log.close()

  const second = await openFile(path)
  const again = createSink()
  const third = createSink()
  for (const one of [again, third]) {
    second.feed.subscribe({ tenant: 'local', sink: one, lastEventId: seen?.id })
  }
  const writing = Array.from({ length: 100 }, (_, each) =>
    second.log.append(checkEntry({ agent_id: `agent-${each + 401}` }))
  )
  await Promise.all(writing)
  for (const one of [again, third]) {
    const agents = (await one.received(500)).map(
      ({ data }) => (data['request'] as { agent_id: string }).agent_id
    )
    expect(agents).toHaveLength(500)
  }
  expect(second.errors).toEqual([])
  second.feed.close()
  await second.log.close()
})
