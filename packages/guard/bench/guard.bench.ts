/**
 * What a check costs beside the bare question to the policy, in the same run: with everything in memory,
 * and with a log that waits for the disk, one after the other and 64 at once.
 *
 * `node bench/guard.bench.ts [--quick]`. Reports; decides nothing.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryApprovals } from '@agentguard/approvals'
import { type AuditLog, type AuditStore, createSigner, openAuditLog } from '@agentguard/audit'
import { fileAuditStore } from '@agentguard/audit/file'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { compilePolicy } from '@agentguard/policy'
import type { ActionRequest } from '@agentguard/protocol'
import { memoryBudgets, memoryRateLimiter } from '@agentguard/rate-limiter'
import { createGuard, createHistory, type Guard } from '../src/index.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 21

const text = readFileSync(new URL('../../../configs/default.yaml', import.meta.url), 'utf8')
const compiled = compilePolicy(text)
if (!compiled.ok) throw new Error(compiled.issues[0]?.message)
const { policy } = compiled

const actions: readonly ActionRequest[] = [
  { scope: 'shell', command: 'ls -la', agent_id: 'bench' },
  { scope: 'shell', command: 'cat README.md', agent_id: 'bench' },
  { scope: 'shell', command: 'rm -rf /', agent_id: 'bench' },
  { scope: 'filesystem', action: 'read', path: './src/index.ts', agent_id: 'bench' },
  { scope: 'shell', command: 'git status', agent_id: 'bench' }
]
const actionAt = (index: number): ActionRequest => actions[index % actions.length] as ActionRequest

interface Subject {
  readonly name: string
  /** How many checks make a sample. */
  readonly checks: number
  run(checks: number): Promise<void>
  /** Microseconds for each check. */
  readonly samples: number[]
}

function guardOver(audit: Pick<AuditLog, 'append' | 'appendEvent'>): Guard {
  return createGuard({
    policies: { find: () => policy },
    approvals: memoryApprovals(),
    audit,
    limiter: memoryRateLimiter(),
    budgets: memoryBudgets(),
    history: createHistory({ knownSince: 0 })
  })
}

/** So many at once, again and again. */
function checking(guard: Guard, atOnce: number): Subject['run'] {
  return async (checks) => {
    for (let done = 0; done < checks; done += atOnce) {
      if (atOnce === 1) await guard.check(actionAt(done))
      else {
        await Promise.all(Array.from({ length: atOnce }, (_, i) => guard.check(actionAt(done + i))))
      }
    }
  }
}

/** A log that keeps nothing: what is left is the guard's own. */
const nowhere: Pick<AuditLog, 'append' | 'appendEvent'> = {
  append: async () => ({ seq: 0, hash: '' }),
  appendEvent: async () => ({ seq: 0, hash: '' })
}

const folder = mkdtempSync(join(tmpdir(), 'guard-bench-'))
const signer = createSigner('guard.bench', generateKeyPairSync('ed25519').privateKey)
const logs: AuditLog[] = []

async function openLog(store: AuditStore): Promise<AuditLog> {
  const log = await openAuditLog({ store, signer, redact: false, budget: false })
  logs.push(log)
  return log
}

const file = (name: string): Promise<AuditLog> =>
  openLog(fileAuditStore({ path: join(folder, name) }))

const bare: Subject = {
  name: 'policy.check',
  checks: 5000,
  samples: [],
  async run(checks) {
    for (let i = 0; i < checks; i++) policy.check(actionAt(i))
  }
}
const subjects: readonly Subject[] = [
  bare,
  { name: 'guard, no log', checks: 5000, samples: [], run: checking(guardOver(nowhere), 1) },
  {
    name: 'guard, log in memory',
    checks: 2000,
    samples: [],
    run: checking(guardOver(await openLog(memoryAuditStore())), 1)
  },
  {
    name: 'guard, log in memory, 64 at once',
    checks: 2048,
    samples: [],
    run: checking(guardOver(await openLog(memoryAuditStore())), 64)
  },
  {
    name: 'guard, file with fsync',
    checks: 100,
    samples: [],
    run: checking(guardOver(await file('one.jsonl')), 1)
  },
  {
    name: 'guard, file with fsync, 64 at once',
    checks: 2048,
    samples: [],
    run: checking(guardOver(await file('many.jsonl')), 64)
  }
]

for (const subject of subjects) await subject.run(subject.checks)
for (let round = 0; round < rounds; round++) {
  // Back and forth, so that a machine that slows down slows all of them.
  for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
    const started = performance.now()
    await subject.run(subject.checks)
    subject.samples.push(((performance.now() - started) * 1000) / subject.checks)
  }
}
for (const log of logs) await log.close()
rmSync(folder, { recursive: true })

const median = ({ samples }: Subject): number =>
  samples.toSorted((a, b) => a - b)[samples.length >> 1] as number
const least = ({ samples }: Subject): number => Math.min(...samples)
const columns = (name: string, cells: readonly string[]): string =>
  name.padEnd(36) + cells.map((cell) => cell.padStart(14)).join('')

console.log(`Microseconds for a check, ${rounds} rounds, Node ${process.version}\n`)
console.log(columns('', ['median', 'least', 'of medians', 'of leasts']))
for (const subject of subjects) {
  const figures = [median(subject), least(subject)].map((value) => value.toFixed(2))
  const ratios = [median(subject) / median(bare), least(subject) / least(bare)]
  console.log(
    columns(subject.name, [...figures, ...ratios.map((ratio) => `${ratio.toFixed(1)} ×`)])
  )
}
