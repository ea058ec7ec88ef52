import { expect, test } from 'vitest'
import type { ChainHead } from '../../src/chain/chain.ts'
import { emptyChain, prepareLine, sealLine } from '../../src/chain/chain.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { type LogLine, redactLine, verifyLog } from '../../src/index.ts'
import { memoryAuditStore } from '../../src/memory/index.ts'
import { leafHash } from '../../src/tree/tree-hash.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'

// What somebody can do who can write the files while no server runs, and does not have the key.

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]
const salt = '0'.repeat(32)

interface Written {
  readonly fs: SimFs
  readonly checkpoint: string
}

/** A log with a checkpoint after each four entries, closed. `before` is a log of version 1.0. */
async function writeLog(before?: string): Promise<Written> {
  const fs = new SimFs()
  if (before !== undefined) fs.put(path, Buffer.from(before))
  const log = await openLog(fileAuditStore({ path, fs }))
  let note = ''
  for (let index = 0; index < 12; index++) {
    await log.append(entryOf(index))
    if (index % 4 === 3) note = (await log.checkpoint()).note
  }
  await log.close()
  return { fs, checkpoint: note }
}

function change({ fs }: Written, how: (lines: string[]) => string[]): void {
  const lines = fs.read(path).toString('utf8').slice(0, -1).split('\n')
  fs.put(
    path,
    Buffer.from(
      how(lines)
        .map((line) => `${line}\n`)
        .join('')
    )
  )
}

function verify({ fs }: Written, checkpoints: readonly string[] = []) {
  return verifyLog(readLogFiles(path, fs), { keys, checkpoints })
}

/** Where the chain of sealed lines stands behind the last of them. */
function headOf(lines: readonly string[]): ChainHead {
  let head = emptyChain
  for (const text of lines) {
    const { seq, hash } = JSON.parse(text)
    if (hash !== undefined) head = { size: seq + 1, hash, tree: head.tree.append(hash) }
  }
  return head
}

/** The lines, and behind them an event that is sealed as the log would seal it. */
function withEvent(lines: readonly string[], event: string, detail: object): string[] {
  const created_at = '2026-11-22T07:02:56Z'
  const meta = { _meta: { created_at, event, detail: { ...detail } } }
  return [...lines, sealLine(headOf(lines), prepareLine(meta, salt)).text]
}

function redactIn(lines: readonly string[], seq: number, fields: readonly string[]): string[] {
  return lines.map((text) => {
    const line: LogLine = JSON.parse(text)
    return line.seq === seq ? JSON.stringify(redactLine(line, fields)) : text
  })
}

test('a field that was taken out without a word is found', async () => {
  const written = await writeLog()
  change(written, (lines) => redactIn(lines, 3, ['/request/command']))
  const { ok, problem } = await verify(written, [written.checkpoint])
  expect(ok).toBe(false)
  expect(problem).toMatchObject({ code: 'changed', seq: 3 })
})

test('an event that tells of another field, or of another line, does not tell of this one', async () => {
  for (const told of [
    { seq: 3, fields: ['/request/path'] },
    { seq: 4, fields: ['/request/command'] },
    { seq: 3 }
  ]) {
    const written = await writeLog()
    change(written, (lines) =>
      withEvent(redactIn(lines, 3, ['/request/command']), 'line-redacted', told)
    )
    expect((await verify(written)).problem).toMatchObject({ code: 'changed', seq: 3 })
  }
})

test('what was taken out in two steps is told of in two events', async () => {
  const fs = new SimFs()
  const log = await openLog(fileAuditStore({ path, fs }))
  const { seq } = await log.append(entryOf(0))
  for (const field of ['/request/command', '/agent_id']) {
    await log.redact({ seq, fields: [field], reason: 'test' })
  }
  const [event] = (await log.query({ kind: 'line-redacted' })).lines
  // The reason can name a person as well.
  await log.redact({ seq: event?.seq ?? 0, fields: ['/_meta/detail/reason'], reason: 'test' })
  await log.close()
  expect(await verifyLog(readLogFiles(path, fs), { keys })).toMatchObject({ ok: true })
})

test('a line whose number is a text let a log that was cut off look long', async () => {
  const written = await writeLog()
  change(written, (lines) => {
    const kept = lines.slice(0, 6)
    const { size, hash, tree } = headOf(kept)
    const { line, canonical } = prepareLine({ _meta: { created_at: 'now', event: 'x' } }, salt)
    const own = leafHash(canonical(hash, size).replace(`"seq":${size}`, `"seq":"${size}"`))
    const forged = { ...line, seq: `${size}`, prev: hash, hash: own }
    expect(tree.size).toBe(size)
    return [...kept, JSON.stringify(forged)]
  })
  const { ok, problem, size } = await verify(written, [written.checkpoint])
  expect({ ok, size }).toEqual({ ok: false, size: 6 })
  expect(problem).toMatchObject({ code: 'changed', seq: 6 })
})

test('a log of version 1.0 cannot be changed by taking out what the seal says of it', async () => {
  const before = `${JSON.stringify(entryOf(1))}\n`
  const fields = ['/_meta/detail/unsealed_bytes', '/_meta/detail/unsealed_sha256']
  const written = await writeLog(before)
  change(written, ([first = '', ...rest]) =>
    withEvent(redactIn([first.replace('ALLOW', 'DENY '), ...rest], 0, fields), 'line-redacted', {
      seq: 0,
      fields
    })
  )
  expect((await verify(written)).problem?.code).toBe('changed')
})

test('an archive that the seal does not know stays unknown, whatever is written later', async () => {
  const written = await writeLog()
  const archive = 'audit.jsonl.20261122T070612Z'
  const bytes = Buffer.from(`${JSON.stringify(entryOf(99))}\n`)
  written.fs.put(`/log/${archive}`, bytes)
  expect((await verify(written)).problem?.code).toBe('inserted')
  const { createHash } = await import('node:crypto')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const unsealed_archives = [{ name: archive, bytes: bytes.length, sha256 }]
  change(written, (lines) => withEvent(lines, 'log-sealed', { unsealed_archives }))
  expect((await verify(written)).problem?.code).toBe('inserted')
})

test('what proves the log is not taken out of it', async () => {
  const log = await openLog(memoryAuditStore())
  await log.checkpoint()
  const [line] = (await log.query({ kind: 'checkpoint' })).lines
  const redacting = log.redact({
    seq: line?.seq ?? 0,
    fields: ['/_meta/detail/note'],
    reason: 'test'
  })
  await expect(redacting).rejects.toMatchObject({ code: 'not_found' })
  expect((await log.query({ kind: 'line-redacted' })).lines).toEqual([])
  await log.close()
})

test('a checkpoint from before the first line that is left proves nothing, and that is said', async () => {
  const { checkpoint } = await writeLog()
  const from = 1000
  const tree = headOf([]).tree
  expect(tree.size).toBe(0)
  const other = await writeLog()
  const report = await verify(other, [checkpoint])
  expect(report.uncompared).toBe(0)
  const meta = {
    schema_version: 2,
    created_at: '2026-11-22T07:02:56Z',
    event: 'parts-deleted',
    detail: { through_seq: from - 1 },
    seal: { version: 1, tree: rootsOf(from) }
  }
  const head = { size: from, hash: 'f'.repeat(64), tree }
  const { canonical } = prepareLine({ _meta: meta }, salt)
  const hash = leafHash(canonical(head.hash, from))
  const line = { _meta: meta, seq: from, prev: head.hash, salt, hash }
  const fs = new SimFs()
  fs.put(path, Buffer.from(`${JSON.stringify(line)}\n`))
  expect(await verify({ fs, checkpoint }, [checkpoint])).toMatchObject({
    ok: true,
    provenSize: 0,
    uncompared: 1
  })
})

/** As many roots as a tree of that size has. */
function rootsOf(size: number): string[] {
  const ones = [...size.toString(2)].filter((digit) => digit === '1')
  return ones.map((_, index) => index.toString(16).padStart(64, '0'))
}
