import { expect, test } from 'vitest'
import { fileAuditStore, readLogFiles } from '../../src/file/index.ts'
import { verifyLog } from '../../src/index.ts'
import { entryOf } from '../support/entries.ts'
import { signerOf } from '../support/log-keys.ts'
import { openLog } from '../support/open-log.ts'
import { baseSeed, below, isLong, randomOf } from '../support/random.ts'
import { type FsOperation, SimFs } from '../support/sim-fs.ts'

const path = '/log/audit.jsonl'
const seeds = isLong ? 10_000 : 400
const keys = [signerOf('log.test').verifierKey]

/** Writes until the power is cut at a random operation; returns what was answered by then. */
async function writeUntilPowerLoss(fs: SimFs, random: () => number, acknowledged: Set<string>) {
  let operationsLeft = 1 + below(random, 60)
  let cut: SimFs | undefined
  fs.fault = ({ name }: FsOperation) => {
    if (cut) return { code: 'EIO' }
    // The power goes right before the operation, or right after.
    if (operationsLeft-- > 0 || name === 'open') return undefined
    cut = fs.afterPowerLoss(random)
    return { code: 'EIO' }
  }
  const store = fileAuditStore({ path, fs, rotation: { maxBytes: 6000 }, compress: random() < 0.5 })
  const log = await openLog(store, { retryMs: 1_000_000 }).catch(() => undefined)
  if (log) {
    await Promise.all(
      Array.from({ length: 4 }, async (_, writer) => {
        for (let i = 0; i < 8 && !cut; i++) {
          const { hash } = await log.append(entryOf(i, { agent_id: `w${writer}` }))
          if (!cut) acknowledged.add(hash)
        }
      })
    ).catch(() => {})
    await log.close().catch(() => {})
  }
  return cut ?? fs.afterPowerLoss(random)
}

test(`a loss of power at any time loses nothing that was acknowledged (${seeds} seeds from ${baseSeed})`, async () => {
  for (let seed = baseSeed; seed < baseSeed + seeds; seed++) {
    const random = randomOf(seed)
    const acknowledged = new Set<string>()
    let fs = new SimFs()
    for (let crash = 0; crash < 3; crash++) fs = await writeUntilPowerLoss(fs, random, acknowledged)
    const log = await openLog(fileAuditStore({ path, fs, rotation: { maxBytes: 6000 } }))
    await log.append(entryOf(0))
    const { lines } = await log.query({ limit: 10_000 })
    await log.close()
    const kept = new Set(lines.map(({ hash }) => hash))
    const lost = [...acknowledged].filter((hash) => !kept.has(hash))
    expect(lost, `seed ${seed}`).toEqual([])
    const report = await verifyLog(readLogFiles(path, fs), { keys })
    expect(report.problem, `seed ${seed}`).toBeUndefined()
  }
}, 600_000)
