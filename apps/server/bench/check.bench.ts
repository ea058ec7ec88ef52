/**
 * How many checks a second the server answers, with everything on (sealed audit log, each entry on the disk
 * before its verdict is answered; SQLite; limits; metrics), beside a bare node:http server that parses the same
 * requests and answers with the same JSON. Once with actions that are all new, and once with the same few
 * over and over, whose verdicts are remembered.
 *
 *     node apps/server/bench/check.bench.ts [--quick] [--main=path/to/dist/main.js]
 *
 * Each is one process, bound to one processor; this one has another. Rounds alternate, so that what else the
 * machine does hits both: read the ratios, not the figures. The microseconds of the processor for a request
 * suffer least from neighbours.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { keepBusy } from './support/busy-client.ts'
import { mix, policyText } from './support/mix.ts'
import {
  isPinned,
  type Memory,
  main,
  memoryMi,
  type Process,
  pinClient,
  quantile,
  startPinned,
  stop,
  usedMicros
} from './support/processes.ts'

const target = 0.5
const isQuick = process.argv.includes('--quick')
// Many short rounds: what else the machine does comes and goes within seconds.
const rounds = isQuick ? 5 : 41
const roundMs = 300
const warmUpMs = isQuick ? 700 : 4000
const connections = 64

/** What is measured together: a server, and what it is asked. */
interface Subject {
  readonly name: string
  readonly server: Process
  readonly asNew: boolean
  readonly rates: number[]
  readonly latencies: number[]
  readonly micros: number[]
}

const [role, answers] = process.argv.slice(2)
if (role === 'bare') serveBare(JSON.parse(answers ?? ''))
else await compare()

/** Answers with the verdict for the session of a request. */
function serveBare(verdicts: Readonly<Record<string, unknown>>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { session_id } = JSON.parse(Buffer.concat(chunks).toString())
      const verdict = `${JSON.stringify(verdicts[session_id])}\n`
      response.setHeader('Content-Type', 'application/json')
      response.setHeader('Content-Length', Buffer.byteLength(verdict))
      response.end(verdict)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    console.log(`listening on :${(server.address() as AddressInfo).port}`)
  })
}

async function compare(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'agentguard-bench-'))
  const policy = join(data, 'policy.yaml')
  await writeFile(policy, await policyText())
  pinClient()
  const args = [main, 'serve', '--port', '0', '--data-dir', data, '--policy', policy]
  const ours = await startPinned(args)
  const idle = memoryMi(ours)
  const answered = await Promise.all(mix.map((body) => ask(ours, body)))
  const verdicts = mix.map((body, at) => [
    JSON.parse(body).session_id,
    JSON.parse(answered[at] ?? '')
  ])
  const bare = await startPinned([
    import.meta.filename,
    'bare',
    JSON.stringify(Object.fromEntries(verdicts))
  ])
  const subjects = [
    subject('node:http', bare, true),
    subject('agentguard, all new', ours, true),
    subject('agentguard, again', ours, false)
  ] as const
  try {
    await measure(subjects, answered)
    report(subjects)
    reportMemory(idle, memoryMi(ours))
  } finally {
    for (const server of [bare, ours]) await stop(server)
    await rm(data, { recursive: true, force: true })
  }
}

function subject(name: string, server: Process, asNew: boolean): Subject {
  return { name, server, asNew, rates: [], latencies: [], micros: [] }
}

async function measure(subjects: readonly Subject[], answered: readonly string[]): Promise<void> {
  for (const each of subjects) await load(each, answered, warmUpMs)
  for (const { rates, latencies, micros } of subjects) {
    for (const measured of [rates, latencies, micros]) measured.length = 0
  }
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 ? subjects.toReversed() : subjects) {
      await load(each, answered, roundMs)
    }
  }
}

async function ask({ port }: Process, body: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/check`, { method: 'POST', body })
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  return (await response.text()).trimEnd()
}

/** Loads a server, and looks whether each answer is what it was: a limit would be answered faster. */
async function load(
  { server, asNew, rates, latencies, micros }: Subject,
  answered: readonly string[],
  durationMs: number
): Promise<void> {
  const ends = answered.map((text) => Buffer.from(`${text}\n`))
  const before = usedMicros(server)
  const count = latencies.length
  const rate = await keepBusy({
    port: server.port,
    bodies: mix,
    asNew,
    connections,
    durationMs,
    onAnswer(ms, body, text) {
      latencies.push(ms)
      const end = ends[body] as Buffer
      if (text.compare(end, 0, end.length, text.length - end.length) !== 0) {
        throw new Error(`expected ${end}, received ${text}`)
      }
    }
  })
  rates.push(rate)
  const after = usedMicros(server)
  if (before !== undefined && after !== undefined) {
    micros.push((after - before) / (latencies.length - count))
  }
}

function report(subjects: readonly Subject[]): void {
  console.log(
    `${connections} connections, ${rounds} rounds of ${roundMs} ms each, Node ${process.version}, ` +
      `${isPinned ? 'one processor each' : 'processors shared'}, ` +
      `load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors\n`
  )
  console.log('server               req/s median   req/s max   p50 ms   p99 ms   CPU µs/request')
  for (const { name, rates, latencies, micros } of subjects) {
    const columns = [
      quantile(rates, 0.5).toFixed(0).padStart(12),
      Math.max(...rates)
        .toFixed(0)
        .padStart(11),
      quantile(latencies, 0.5).toFixed(2).padStart(8),
      quantile(latencies, 0.99).toFixed(2).padStart(8),
      quantile(micros, 0.5).toFixed(1).padStart(16)
    ]
    console.log(`${name.padEnd(21)}${columns.join(' ')}`)
  }
  console.log()
  const [bare, ...ours] = subjects as [Subject, ...Subject[]]
  for (const { name, rates } of ours) {
    const medians = quantile(rates, 0.5) / quantile(bare.rates, 0.5)
    const maxima = Math.max(...rates) / Math.max(...bare.rates)
    console.log(
      `throughput of ${name}: ${medians.toFixed(2)} of node:http by medians, ${maxima.toFixed(2)} by maxima; target ${target.toFixed(2)}`
    )
    // A quick run is too short to fail by.
    if (!isQuick && Math.min(medians, maxima) < target) process.exitCode = 1
  }
}

function reportMemory(idle: Memory | undefined, busy: Memory | undefined): void {
  if (!idle || !busy) return
  const [before, after, peak] = [idle.now, busy.now, busy.peak].map((mi) => mi.toFixed(0))
  console.log(`memory of agentguard: ${before} MiB idle, ${after} MiB after, ${peak} MiB at most`)
}
