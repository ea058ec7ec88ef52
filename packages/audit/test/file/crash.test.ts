import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { hashOfLine, verifyLog } from '../../src/index.ts'
import { parseLine } from '../../src/query/parse-line.ts'
import { rawLines } from '../../src/verify/raw-lines.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { baseSeed, isLong, randomOf } from '../support/random.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const child = fileURLToPath(new URL('../support/crash-child.ts', import.meta.url))
const keys = [signerOf('log.test').verifierKey]
const kills = isLong ? 200 : 20
const killsPerLog = 5

/** Lets a process write to the log, kills it, and returns what it had acknowledged. */
async function writeUntilKilled(path: string, random: () => number): Promise<string[]> {
  const writer = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ended = new Promise((resolve) => writer.on('close', resolve))
  // Now and then while it opens the log, most of the time while it writes.
  const awaited = random() < 0.2 ? 'started' : 'opened'
  const isThere = new Promise<void>((resolve) => {
    writer.stdout.on('data', (data: Buffer) => {
      output += data.toString('utf8')
      if (output.includes(`${awaited}\n`)) resolve()
    })
  })
  await Promise.race([isThere, ended])
  await wait(random() * 60)
  writer.kill('SIGKILL')
  await ended
  // What was printed half is not counted as acknowledged.
  return output.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))
}

async function hashesIn(path: string): Promise<Map<string, number>> {
  const hashes = new Map<string, number>()
  for await (const part of readLogFiles(path)) {
    for await (const lines of rawLines(part.chunks())) {
      for (const { text = '' } of lines) {
        const line = parseLine(text)
        if (line) hashes.set(hashOfLine(line), (hashes.get(hashOfLine(line)) ?? 0) + 1)
      }
    }
  }
  return hashes
}

test(`a process that is killed at ${kills} random points loses nothing that it acknowledged (seed ${baseSeed})`, async () => {
  const random = randomOf(baseSeed)
  let acknowledged: string[] = []
  let path = ''
  let slowestMs = 0
  let total = 0
  for (let kill = 0; kill < kills; kill++) {
    if (kill % killsPerLog === 0) {
      path = join(await temporaryDirectory(), 'audit.jsonl')
      acknowledged = []
    }
    const added = await writeUntilKilled(path, random)
    acknowledged.push(...added)
    total += added.length
    const before = performance.now()
    const log = await openLog(fileAuditStore({ path, rotation: { maxBytes: 150_000 } }))
    slowestMs = Math.max(slowestMs, performance.now() - before)
    await log.close()
    const found = await hashesIn(path)
    expect(acknowledged.filter((hash) => !found.has(hash))).toEqual([])
    expect([...found.values()].filter((count) => count > 1)).toEqual([])
    const report = await verifyLog(readLogFiles(path), { keys })
    expect(report.problem).toBeUndefined()
  }
  console.log(
    `${kills} kills, ${total} acknowledged entries, 0 lost; slowest opening ${slowestMs.toFixed(0)} ms`
  )
}, 600_000)
