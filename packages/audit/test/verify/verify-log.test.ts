import { describe, expect, test } from 'vitest'
import { emptyChain, prepareLine, type SealedLine, sealLine } from '../../src/chain/chain.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { type LogPart, verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const signer = signerOf('log.test')
const keys = [signer.verifierKey]

/** Two files and three checkpoints: one over the first file, one later, and one that is kept outside. */
async function makeLog(): Promise<{ names: string[]; lines: string[][]; note: string }> {
  const fs = new SimFs()
  const rotation = { maxBytes: 5000 }
  const log = await openLog(fileAuditStore({ path, fs, rotation, compress: false }))
  for (let i = 0; i < 12; i++) await log.append(entryOf(i))
  const { note } = await log.checkpoint()
  const parts: string[][] = []
  const names: string[] = []
  for await (const part of readLogFiles(path, fs)) {
    const text = fs.read(`/log/${part.name}`).toString('utf8')
    names.push(part.name)
    parts.push(text.slice(0, -1).split('\n'))
  }
  await log.close()
  return { names, lines: parts, note }
}

async function* partsOf(
  names: readonly string[],
  lines: readonly string[][]
): AsyncGenerator<LogPart> {
  for (const [index, part] of lines.entries()) {
    yield {
      name: names[index] as string,
      async *chunks() {
        yield Buffer.from(part.map((line) => `${line}\n`).join(''))
      }
    }
  }
}

const log = await makeLog()

function verifyChanged(
  change: (first: string[], second: string[]) => unknown,
  checkpoints: string[] = []
) {
  const [first, second] = log.lines.map((part) => [...part]) as [string[], string[]]
  change(first, second)
  return verifyLog(partsOf(log.names, [first, second]), { keys, checkpoints })
}

describe('verifying names the first thing that is wrong', () => {
  test('nothing, when nothing is', async () => {
    const report = await verifyChanged(() => {}, [log.note])
    expect(report).toMatchObject({ ok: true, from: 0, counts: { entries: 12 } })
    expect(report.provenSize).toBe(report.size)
  })

  test.each([
    [
      'changed',
      3,
      (first: string[]) => first.splice(3, 1, (first[3] as string).replace('ALLOW', 'DENY'))
    ],
    [
      'changed',
      3,
      (first: string[]) => first.splice(3, 1, (first[3] as string).replace(',', ', '))
    ],
    ['changed', 3, (first: string[]) => first.splice(3, 1, 'garbage')],
    ['removed', 3, (first: string[]) => first.splice(3, 1)],
    ['removed', 0, (first: string[]) => first.splice(0, 1)],
    ['duplicated', 4, (first: string[]) => first.splice(4, 0, first[3] as string)],
    [
      'reordered',
      3,
      (first: string[]) => first.splice(3, 2, first[4] as string, first[3] as string)
    ],
    ['inserted', 3, (first: string[]) => first.splice(3, 0, JSON.stringify(entryOf(1)))]
  ])('%s, at line %i', async (code, seq, change) => {
    const { problem, ok } = await verifyChanged((first) => void change(first))
    expect(ok).toBe(false)
    expect(problem).toMatchObject({ code, seq, part: log.names[0], line: seq + 1 })
  })

  test('inserted: a line before the first', async () => {
    const { problem } = await verifyChanged((first) => first.unshift(JSON.stringify(entryOf(1))))
    expect(problem).toMatchObject({ code: 'inserted', seq: 0, part: log.names[0] })
  })

  test('inserted: a line that somebody sealed on his own', async () => {
    const { problem } = await verifyChanged((first) => {
      const head = JSON.parse(first[2] as string)
      const forged = sealLine(
        { ...emptyChain, size: 2, hash: head.prev },
        prepareLine(entryOf(5), '0'.repeat(32))
      )
      first.splice(3, 0, forged.text)
    })
    expect(problem).toMatchObject({ code: 'inserted', seq: 3 })
  })

  test('removed: a file at the start, and one in the middle', async () => {
    const start = await verifyLog(partsOf(log.names.slice(1), log.lines.slice(1)), { keys })
    expect(start.problem).toMatchObject({
      code: 'removed',
      message: 'the start of the log is missing'
    })
    expect(start.from).toBeGreaterThan(0)
    const [first = [], second = []] = log.lines
    const middle = await verifyLog(partsOf(log.names, [first.slice(0, 3), second]), { keys })
    expect(middle.problem).toMatchObject({ code: 'removed', seq: 3 })
  })

  test('truncated: only against a checkpoint, and how far it is proved without one', async () => {
    const cut = (_: string[], second: string[]) => void second.splice(-4)
    const blind = await verifyChanged(cut)
    expect(blind.ok).toBe(true)
    expect(blind.provenSize).toBe(JSON.parse(log.lines[0]?.at(-1) as string).seq)
    const { problem } = await verifyChanged(cut, [log.note])
    expect(problem).toMatchObject({ code: 'truncated', seq: blind.size })
  })

  test('checkpoint_mismatch: a chain that somebody without the key has written anew', async () => {
    const rewritten = rewrite(log.lines, (line) =>
      'agent_id' in line ? { ...line, agent_id: 'nobody' } : line
    )
    const inside = await verifyLog(partsOf(log.names, rewritten), { keys })
    expect(inside.problem).toMatchObject({ code: 'checkpoint_mismatch' })
    const without = rewritten.map((part) => part.filter((line) => !line.includes('checkpoint')))
    const resealed = rewrite(without, (line) => line)
    const outside = await verifyLog(partsOf(log.names, resealed), { keys, checkpoints: [log.note] })
    expect(outside.ok).toBe(false)
  })

  test('bad_signature: a checkpoint with another key', async () => {
    const other = [signerOf('other.test').verifierKey]
    const report = await verifyLog(partsOf(log.names, log.lines), { keys: other })
    expect(report.problem?.code).toBe('bad_signature')
    const given = await verifyLog(partsOf(log.names, log.lines), {
      keys,
      checkpoints: ['x\n1\n\n']
    })
    expect(given.problem?.code).toBe('bad_signature')
  })

  test('torn: a last line that breaks off', async () => {
    const text = `${log.lines[0]?.join('\n')}\n`
    async function* parts(): AsyncGenerator<LogPart> {
      yield {
        name: 'torn',
        async *chunks() {
          for (const byte of Buffer.from(text.slice(0, -40))) yield Buffer.of(byte)
        }
      }
    }
    expect((await verifyLog(parts())).problem).toMatchObject({ code: 'torn', part: 'torn' })
  })

  test('unsupported_version: a seal from the future', async () => {
    const meta = {
      schema_version: 2,
      created_at: '2026-11-22T07:02:56Z',
      seal: { version: 2, tree: [] }
    }
    const { text } = sealLine(emptyChain, prepareLine({ _meta: meta }, '0'.repeat(32)))
    const report = await verifyLog(partsOf(['x'], [[text]]))
    expect(report.problem?.code).toBe('unsupported_version')
  })

  test('without keys no signature counts, but the trees are compared all the same', async () => {
    const report = await verifyLog(partsOf(log.names, log.lines))
    expect(report).toMatchObject({ ok: true, provenSize: 0 })
    expect(report.counts.checkpoints).toBeGreaterThan(1)
  })
})

/** Seals changed lines anew, with right links and hashes. */
function rewrite(
  parts: readonly (readonly string[])[],
  change: (line: Record<string, unknown>) => object
): string[][] {
  let { head } = { head: emptyChain }
  return parts.map((part) =>
    part.map((text) => {
      const { seq, prev, salt, hash, ...line } = JSON.parse(text)
      if (line._meta?.seal) line._meta.seal.tree = head.tree.roots
      const sealed: SealedLine = sealLine(
        head,
        prepareLine(change(line) as never, salt ?? '0'.repeat(32))
      )
      head = sealed.head
      return sealed.text
    })
  )
}
