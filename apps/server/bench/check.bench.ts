/**
 * How many checks a second the server answers, with everything on (sealed audit log, each entry on the disk
 * before its verdict is answered; SQLite; limits; metrics), beside a bare node:http server that parses the same
 * requests and answers with the same JSON.
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

interface Server extends Process {
  readonly name: string
  readonly rates: number[]
  readonly latencies: number[]
  readonly micros: number[]
}

const [role, answers] = process.argv.slice(2)
if (role === 'bare') serveBare(JSON.parse(answers ?? ''))
else await compare()

function serveBare(verdicts: Readonly<Record<string, string>>): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      JSON.parse(body)
      const verdict = `${JSON.stringify(verdicts[body])}\n`
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
  const ours = await start('agentguard', args)
  const idle = memoryMi(ours)
  const answered = await Promise.all(mix.map((body) => ask(ours, body)))
  const verdicts = Object.fromEntries(mix.map((body, at) => [body, JSON.parse(answered[at] ?? '')]))
  const bare = await start('node:http', [import.meta.filename, 'bare', JSON.stringify(verdicts)])
  try {
    await measure(bare, ours, answered)
    report(bare, ours)
    reportMemory(idle, memoryMi(ours))
  } finally {
    for (const server of [bare, ours]) await stop(server)
    await rm(data, { recursive: true, force: true })
  }
}

async function measure(bare: Server, ours: Server, answered: readonly string[]): Promise<void> {
  for (const [at, body] of mix.entries()) {
    if ((await ask(bare, body)) !== answered[at]) throw new Error('the servers answer differently')
  }
  for (const server of [bare, ours]) await load(server, answered, warmUpMs)
  for (const { rates, latencies, micros } of [bare, ours]) {
    for (const measured of [rates, latencies, micros]) measured.length = 0
  }
  for (let round = 0; round < rounds; round++) {
    for (const server of round % 2 ? [ours, bare] : [bare, ours]) {
      await load(server, answered, roundMs)
    }
  }
}

async function start(name: string, args: string[]): Promise<Server> {
  return { name, ...(await startPinned(args)), rates: [], latencies: [], micros: [] }
}

async function ask({ port }: Process, body: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/check`, { method: 'POST', body })
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  return (await response.text()).trimEnd()
}

/** Loads a server, and looks whether each answer is what it was: a limit would be answered faster. */
async function load(
  server: Server,
  answered: readonly string[],
  durationMs: number
): Promise<void> {
  const ends = answered.map((text) => Buffer.from(`${text}\n`))
  const before = usedMicros(server)
  const count = server.latencies.length
  const rate = await keepBusy({
    port: server.port,
    bodies: mix,
    connections,
    durationMs,
    onAnswer(ms, body, text) {
      server.latencies.push(ms)
      const end = ends[body] as Buffer
      if (text.compare(end, 0, end.length, text.length - end.length) !== 0) {
        throw new Error(`expected ${end}, received ${text}`)
      }
    }
  })
  server.rates.push(rate)
  const after = usedMicros(server)
  if (before !== undefined && after !== undefined) {
    server.micros.push((after - before) / (server.latencies.length - count))
  }
}

function report(bare: Server, ours: Server): void {
  console.log(
    `${connections} connections, ${rounds} rounds of ${roundMs} ms each, Node ${process.version}, ` +
      `${isPinned ? 'one processor each' : 'processors shared'}, ` +
      `load ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors\n`
  )
  console.log('server      req/s median   req/s max   p50 ms   p99 ms   CPU µs/request')
  for (const { name, rates, latencies, micros } of [bare, ours]) {
    const columns = [
      quantile(rates, 0.5).toFixed(0).padStart(12),
      Math.max(...rates)
        .toFixed(0)
        .padStart(11),
      quantile(latencies, 0.5).toFixed(2).padStart(8),
      quantile(latencies, 0.99).toFixed(2).padStart(8),
      quantile(micros, 0.5).toFixed(1).padStart(16)
    ]
    console.log(`${name.padEnd(12)}${columns.join(' ')}`)
  }
  const medians = quantile(ours.rates, 0.5) / quantile(bare.rates, 0.5)
  const maxima = Math.max(...ours.rates) / Math.max(...bare.rates)
  console.log(
    `\nthroughput of agentguard: ${medians.toFixed(2)} of node:http by medians, ${maxima.toFixed(2)} by maxima; target ${target.toFixed(2)}`
  )
  // A quick run is too short to fail by.
  if (!isQuick && Math.min(medians, maxima) < target) process.exitCode = 1
}

function reportMemory(idle: Memory | undefined, busy: Memory | undefined): void {
  if (!idle || !busy) return
  const [before, after, peak] = [idle.now, busy.now, busy.peak].map((mi) => mi.toFixed(0))
  console.log(`memory of agentguard: ${before} MiB idle, ${after} MiB after, ${peak} MiB at most`)
}
