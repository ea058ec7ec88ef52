/**
 * How many approvals a second are opened, answered and consumed, in memory and in SQLite, beside what the
 * file itself lets through: bare transactions that write as much, on the same disk, in the same run.
 *
 * `node bench/approvals.bench.ts [--quick]`. Exits with 1 when a target is missed, except with --quick.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteApprovals } from '../src/drivers/sqlite.ts'
import { type Approvals, type Ask, actionDigest, memoryApprovals } from '../src/index.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 2 : 9
const folder = mkdtempSync(join(tmpdir(), 'approvals-bench-'))

interface Subject {
  readonly name: string
  /** How many lives make a sample. */
  readonly lives: number
  run(lives: number): Promise<void>
  readonly samples: number[]
}

function ask(command: string): Ask {
  return {
    tenant: 'local',
    request: { scope: 'shell', command, agent_id: 'agent', session_id: 'session' },
    result: {
      decision: 'REQUIRE_APPROVAL',
      reason: 'Matches approval rule in shell scope',
      matched_rule: 'require_approval:shell:git push *'
    }
  }
}

let asked = 0

/** One life after the other: opened, approved, consumed. */
async function live(approvals: Approvals, lives: number): Promise<void> {
  for (let i = 0; i < lives; i++) {
    const opened = await approvals.open(ask(`git push origin ${asked++}`))
    if (!opened.ok) throw new Error(`refused: ${opened.quota}`)
    const { id, digest = '' } = opened.approval
    await approvals.resolve('local', id, { decision: 'ALLOW', by: 'ann', via: 'session' })
    const { consumed } = await approvals.consume('local', id, digest)
    if (!consumed) throw new Error('not consumed')
  }
}

function memory(): Subject {
  const approvals = memoryApprovals()
  return { name: 'memory', lives: 2_000, samples: [], run: (lives) => live(approvals, lives) }
}

function sqlite(name: string, synchronous: 'full' | 'off'): Subject {
  const database = new DatabaseSync(join(folder, `approvals-${synchronous}.db`))
  const approvals = sqliteApprovals({ database })
  database.exec(`pragma synchronous = ${synchronous}`)
  const lives = synchronous === 'full' ? 200 : 1_000
  return { name, lives, samples: [], run: (count) => live(approvals, count) }
}

/** An insert and two updates of as many bytes, each in its own transaction, and no rules. */
function bare(name: string, synchronous: 'full' | 'off'): Subject {
  const database = new DatabaseSync(join(folder, `bare-${synchronous}.db`))
  database.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous};
    create table rows (id text primary key, stage text, body text) strict`)
  const insert = database.prepare('insert into rows values (?, ?, ?)')
  const update = database.prepare('update rows set stage = ?, body = ? where id = ?')
  const body = 'x'.repeat(700)
  const transact = (work: () => unknown): void => {
    database.exec('begin immediate')
    work()
    database.exec('commit')
  }
  return {
    name,
    lives: synchronous === 'full' ? 200 : 1_000,
    samples: [],
    run: async (lives) => {
      for (let i = 0; i < lives; i++) {
        const id = `ap_${asked++}`
        transact(() => insert.run(id, 'pending', body))
        transact(() => update.run('approved', body, id))
        transact(() => update.run('consumed', body, id))
      }
    }
  }
}

const subjects = [
  memory(),
  sqlite('sqlite', 'full'),
  bare('bare transactions', 'full'),
  sqlite('sqlite, synchronous off', 'off'),
  bare('bare transactions, synchronous off', 'off')
]

for (const subject of subjects) await subject.run(subject.lives)
for (let round = 0; round < rounds; round++) {
  for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
    const started = performance.now()
    await subject.run(subject.lives)
    subject.samples.push((subject.lives * 1_000) / (performance.now() - started))
  }
}
rmSync(folder, { recursive: true })

const median = ({ samples }: Subject): number =>
  samples.toSorted((a, b) => a - b)[samples.length >> 1] as number
const shown = (value: number): string => Math.round(value).toLocaleString('en-US')

console.log('Approvals per second, opened, approved and consumed one after the other\n')
console.log(`${' '.repeat(36)}${'median'.padStart(10)}${'best'.padStart(10)}`)
for (const subject of subjects) {
  const best = Math.max(...subject.samples)
  console.log(
    `${subject.name.padEnd(36)}${shown(median(subject)).padStart(10)}${shown(best).padStart(10)}`
  )
}
console.log()

const digests = quick ? 2_000 : 50_000
const started = performance.now()
for (let i = 0; i < digests; i++)
  actionDigest(ask(`git push origin ${i}`).request, { cwd: '/work' })
const digestUs = ((performance.now() - started) * 1_000) / digests
console.log(`Microseconds for the digest of a small action: ${digestUs.toFixed(2)}\n`)

const [inMemory, inSqlite, bareFull] = subjects.map(median) as [number, number, number]
const share = inSqlite / bareFull
const targets = [
  ['memory', '≥ 10,000 a second', `${shown(inMemory)} a second`, inMemory >= 10_000],
  ['sqlite, of bare transactions', '≥ 30 %', `${shown(share * 100)} %`, share >= 0.3]
] as const
for (const [name, goal, measured, met] of targets) {
  console.log(`${name}: ${goal}: ${measured}: ${met ? 'met' : 'MISSED'}`)
}
if (!quick && targets.some(([, , , met]) => !met)) process.exitCode = 1
