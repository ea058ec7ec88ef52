import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { eventually } from '../../../../test/support/eventually.ts'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { baseSeed, below, isLong, randomOf } from '../support/random.ts'
import { SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const keys = [signerOf('log.test').verifierKey]
const mutations = isLong ? 100_000 : 10_000

type Files = Map<string, Buffer>
type Random = () => number
type Mutation = (files: Files, random: Random) => void

/** A log with compressed archives, a plain one, a live file and a redaction, and its last checkpoint. */
async function makeLog(): Promise<{ files: Files; checkpoint: string }> {
  const fs = new SimFs()
  const rotation = { maxBytes: 3500 }
  const first = await openLog(fileAuditStore({ path, fs, rotation }))
  for (let i = 0; i < 12; i++) await first.append(entryOf(i))
  await first.redact({ seq: 3, fields: ['/request/command'], reason: 'test' })
  await eventually(async () => {
    const names = await fs.list('/log')
    expect(names.filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(1)
    expect(names.filter((name) => /Z$|tmp$/.test(name))).toEqual([])
  })
  await first.close()
  const second = await openLog(fileAuditStore({ path, fs, rotation, compress: false }))
  for (let i = 12; i < 20; i++) await second.append(entryOf(i))
  const { note } = await second.checkpoint()
  // The files as they are with this checkpoint as their last line; it covers all of them.
  const files: Files = new Map()
  for (const name of await fs.list('/log')) {
    if (!/\.(?:idx|lock)$/.test(name)) files.set(name, fs.read(`/log/${name}`))
  }
  await second.close()
  return { files, checkpoint: note }
}

async function verify(files: Files, checkpoint: string) {
  const fs = new SimFs()
  for (const [name, data] of files) fs.put(`/log/${name}`, data)
  return await verifyLog(readLogFiles(path, fs), { keys, checkpoints: [checkpoint] })
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[below(random, items.length)] as T
}

function onBytes(change: (bytes: Buffer, at: number, random: Random) => Buffer): Mutation {
  return (files, random) => {
    const [name, bytes] = pick([...files], random)
    files.set(name, change(Buffer.from(bytes), below(random, bytes.length), random))
  }
}

function onLines(change: (lines: string[], at: number, random: Random) => void): Mutation {
  return (files, random) => {
    const [name, bytes] = pick([...files], random)
    const isCompressed = name.endsWith('.gz')
    const text = (isCompressed ? gunzipSync(bytes) : bytes).toString('utf8')
    const lines = text.slice(0, -1).split('\n')
    change(lines, below(random, lines.length), random)
    const changed = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    files.set(name, isCompressed ? gzipSync(changed) : changed)
  }
}

const kinds: Readonly<Record<string, Mutation>> = {
  'a bit flipped': onBytes((bytes, at, random) => {
    bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8))
    return bytes
  }),
  'a byte replaced': onBytes((bytes, at, random) => {
    bytes[at] = below(random, 256)
    return bytes
  }),
  'bytes dropped': onBytes((bytes, at, random) =>
    Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 40))])
  ),
  'bytes inserted': onBytes((bytes, at, random) =>
    Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from(pick([' ', '\n', '\r', '0', '\u0000', '{}\n', '"a":1,', '\ufeff'], random)),
      bytes.subarray(at)
    ])
  ),
  'a stretch copied elsewhere': onBytes((bytes, at, random) => {
    const from = below(random, bytes.length)
    const stretch = bytes.subarray(from, from + 1 + below(random, 900))
    return Buffer.concat([bytes.subarray(0, at), stretch, bytes.subarray(at)])
  }),
  'a file cut off': onBytes((bytes, at) => bytes.subarray(0, at)),
  'a line dropped': onLines((lines, at) => lines.splice(at, 1)),
  'a line twice': onLines((lines, at) => lines.splice(at, 0, lines[at] as string)),
  'two lines swapped': onLines((lines, at, random) => {
    const other = below(random, lines.length)
    ;[lines[at], lines[other]] = [lines[other] as string, lines[at] as string]
  }),
  'a line moved': onLines((lines, at, random) => {
    const [line] = lines.splice(at, 1)
    lines.splice(below(random, lines.length + 1), 0, line as string)
  }),
  'a file cut off at a line': onLines((lines, at) => lines.splice(at)),
  'an entry reworded': onLines((lines, at, random) => {
    const words: [string, string][] = [
      ['ALLOW', 'DENY'],
      ['DENY', 'ALLOW'],
      ['agent-', 'agent_'],
      ['ls -la', 'ls -l'],
      ['":', '" :'],
      ['[redacted]', 'ls'],
      ['\\/', '/'],
      ['"seq":1', '"seq":2']
    ]
    const [from, to] = pick(words, random)
    lines[at] = (lines[at] as string).replace(from, to)
  }),
  'a member dropped': onLines((lines, at, random) => {
    const line = JSON.parse(lines[at] as string)
    delete line[pick(Object.keys(line), random)]
    lines[at] = JSON.stringify(line)
  }),
  'a member added': onLines((lines, at, random) => {
    const line = JSON.parse(lines[at] as string)
    const target = pick([line, line.request ?? line, line.result ?? line], random)
    const key = pick(['x', '__proto__', 'commitments', 'salts', 'redacted', 'truncated'], random)
    Object.defineProperty(target, key, { value: pick(['y', {}, 1], random), enumerable: true })
    lines[at] = JSON.stringify(line)
  }),
  'a file removed': (files, random) => files.delete(pick([...files.keys()], random)),
  'two files exchanged': (files, random) => {
    const [[one, a], [two, b]] = [pick([...files], random), pick([...files], random)]
    files.set(one, b)
    files.set(two, a)
  }
}

test(`every change to the files of a log is found (${mutations} changes, seed ${baseSeed})`, async () => {
  const { files, checkpoint } = await makeLog()
  expect([...files.keys()].filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(1)
  const untouched = await verify(files, checkpoint)
  expect(untouched).toMatchObject({ ok: true, counts: { redacted: 1 } })
  expect(untouched.provenSize).toBe(untouched.size)
  const random = randomOf(baseSeed)
  const names = Object.keys(kinds)
  let found = 0
  while (found < mutations) {
    const name = pick(names, random)
    const changed = new Map(files)
    kinds[name]?.(changed, random)
    if (isSame(files, changed)) continue
    const report = await verify(changed, checkpoint)
    expect(report.ok, `${name}, change ${found}`).toBe(false)
    found++
  }
}, 1_200_000)

function isSame(files: Files, changed: Files): boolean {
  if (files.size !== changed.size) return false
  return [...files].every(([name, bytes]) => changed.get(name)?.equals(bytes))
}
