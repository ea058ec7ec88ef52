/**
 * How many entries per second the log takes, sealed and durable, beside writing without either.
 *
 * `node bench/append.bench.ts [--quick]`. Exits with 1 when a target is missed, except with --quick.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkAgreement } from './agreement.ts'
import { measure, type Sample, summarize } from './measure.ts'
import { printTable, ratioOf, shown } from './report.ts'
import { type Subject, subjects } from './subjects.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 2 : 9
const sampleMs = quick ? 60 : 500
const writerCounts = [1, 16, 64, 256] as const

const directory = await mkdtemp(join(tmpdir(), 'agentguard-audit-bench-'))
const { privateKey } = generateKeyPairSync('ed25519')

try {
  const agreed = await checkAgreement(join(directory, 'agreement'), privateKey)
  console.log(`All writers keep the same ${agreed} entries, and the log verifies.\n`)
  const samples = await runRounds()
  printSamples(samples)
  const isMet = printTargets(samples)
  if (!quick && !isMet) process.exitCode = 1
} finally {
  await rm(directory, { recursive: true, force: true })
}

type Samples = ReadonlyMap<string, Sample[]>

/** Takes one sample of every subject per round, in turn and in the opposite turn every other round. */
async function runRounds(): Promise<Samples> {
  const samples = new Map<string, Sample[]>()
  for (let round = 0; round < rounds; round++) {
    for (const writers of writerCounts) {
      const inTurn = round % 2 === 0 ? subjects : subjects.toReversed()
      for (const subject of inTurn) {
        const path = join(directory, `${round}-${writers}-${subject.name.replaceAll(' ', '-')}`)
        const writer = await subject.open(path, privateKey)
        const sample = await measure(writer.write, writers, sampleMs)
        await writer.close()
        const key = keyOf(subject, writers)
        samples.set(key, [...(samples.get(key) ?? []), sample])
      }
    }
  }
  return samples
}

function keyOf({ name }: Pick<Subject, 'name'>, writers: number): string {
  return `${name} at ${writers}`
}

function printSamples(samples: Samples): void {
  const rows = subjects.flatMap((subject) =>
    writerCounts.map((writers) => {
      const { perSecond, best, p50, p99 } = summarize(samples.get(keyOf(subject, writers)) ?? [])
      return [subject.name, `${writers}`, shown(perSecond), shown(best), shown(p50), shown(p99)]
    })
  )
  printTable(['', 'writers', 'entries/s', 'best', 'p50 ms', 'p99 ms'], rows)
}

/** Prints what was to be reached. Returns whether all of it was. */
function printTargets(samples: Samples): boolean {
  const against = (other: string, writers: number) =>
    ratioOf(
      summarize(samples.get(keyOf({ name: 'sealed, fsync' }, writers)) ?? []),
      summarize(samples.get(keyOf({ name: other }, writers)) ?? [])
    )
  const targets = [
    { name: 'awaited appendFile, 64 writers', goal: 1, ...against('appendFile', 64) },
    { name: 'one fsync per entry, 64 writers', goal: 8, ...against('fsync per entry', 64) }
  ]
  const rows = targets.map(({ name, goal, medians, bests }) => [
    name,
    `${goal}x`,
    `${shown(medians)}x`,
    `${shown(bests)}x`,
    medians >= goal && bests >= goal ? 'met' : 'MISSED'
  ])
  printTable(['sealed and durable beside', 'goal', 'medians', 'bests', ''], rows)
  return targets.every(({ goal, medians, bests }) => medians >= goal && bests >= goal)
}
