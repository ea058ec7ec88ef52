// How many checks a second the server answers, against a bare node:http server that parses the same
// request and answers with the same JSON. Run it with `node apps/server/bench/check.bench.ts [--quick]`.
//
// Both run in processes of their own. Rounds alternate, so that what else the machine does hits both;
// read the ratios, not the figures.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const target = 0.5
const isQuick = process.argv.includes('--quick')
// Many short rounds: what else the machine does comes and goes within seconds.
const rounds = isQuick ? 11 : 41
const roundMs = 300
const warmUpMs = 1500
const connections = 64
const root = join(import.meta.dirname, '../../..')
const body = JSON.stringify({
  schema_version: 'v1',
  scope: 'shell',
  command: 'cat workspace/src/main.ts',
  agent_id: 'agent-1',
  session_id: 'session-1',
  meta: { tool: 'bash' }
})

interface Server {
  readonly name: string
  readonly port: number
  readonly child: ChildProcess
  readonly rates: number[]
  readonly latencies: number[]
}

const [role, answer] = process.argv.slice(2)
if (role === 'bare') serveBare(JSON.parse(answer ?? ''))
else await compare()

function serveBare(verdict: unknown): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString())
      response.setHeader('Content-Type', 'application/json')
      response.end(`${JSON.stringify(verdict)}\n`)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    console.log(`listening on :${(server.address() as AddressInfo).port}`)
  })
}

async function compare(): Promise<void> {
  const main = 'apps/server/src/main.ts'
  const data = await mkdtemp(join(tmpdir(), 'agentguard-bench-'))
  const ours = await start('agentguard', [main, 'serve', '--port', '0', '--data-dir', data])
  const answered = await ask(ours)
  const bare = await start('node:http', [import.meta.filename, 'bare', answered])
  try {
    if ((await ask(bare)) !== answered) throw new Error('the servers answer differently')
    console.log(`both answer ${answered}`)
    for (const server of [bare, ours]) await load(server, warmUpMs)
    for (const server of [bare, ours]) {
      server.rates.length = 0
      server.latencies.length = 0
    }
    for (let round = 0; round < rounds; round++) {
      for (const server of round % 2 ? [ours, bare] : [bare, ours]) await load(server, roundMs)
    }
    report(bare, ours)
  } finally {
    for (const { child } of [bare, ours]) {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
    await rm(data, { recursive: true, force: true })
  }
}

async function start(name: string, args: string[]): Promise<Server> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = [child.stdout, child.stderr].map((input) => createInterface({ input }))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    for (const each of lines) {
      each.on('line', (line) => {
        const found = /listening on :(\d+)/.exec(line)?.[1]
        if (found) resolve(Number(found))
      })
    }
  })
  return { name, port, child, rates: [], latencies: [] }
}

async function ask({ port }: Server): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/check`, { method: 'POST', body })
  if (response.status !== 200) throw new Error(`answered ${response.status}`)
  return (await response.text()).trimEnd()
}

/** Keeps all connections busy, one request at a time on each. */
async function load(server: Server, durationMs: number): Promise<void> {
  const request = Buffer.from(
    `POST /v1/check HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
  const start = performance.now()
  const until = start + durationMs
  const counts = await Promise.all(
    Array.from({ length: connections }, () => keepBusy(server, request, until))
  )
  const total = counts.reduce((sum, count) => sum + count, 0)
  server.rates.push((total / (performance.now() - start)) * 1000)
}

async function keepBusy(server: Server, request: Buffer, until: number): Promise<number> {
  const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let count = 0
  let sent = performance.now()
  let received: Buffer = Buffer.alloc(0)
  socket.write(request)
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (received.length < answerLength(received)) return
    received = Buffer.alloc(0)
    const now = performance.now()
    server.latencies.push(now - sent)
    count++
    sent = now
    if (now < until) socket.write(request)
    else socket.end()
  })
  await once(socket, 'close')
  return count
}

/** The length of an answer of which the head has arrived. */
function answerLength(received: Buffer): number {
  const head = received.indexOf('\r\n\r\n')
  if (head < 0) return Number.POSITIVE_INFINITY
  const text = received.toString('latin1', 0, head)
  if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`unexpected answer: ${text}`)
  return head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1])
}

function report(bare: Server, ours: Server): void {
  console.log(
    `\n${connections} connections, ${rounds} rounds of ${roundMs} ms each, Node ${process.version}\n`
  )
  console.log('server      req/s median   req/s max   p50 ms   p99 ms')
  for (const { name, rates, latencies } of [bare, ours]) {
    const columns = [
      Math.round(quantile(rates, 0.5)).toString().padStart(12),
      Math.round(Math.max(...rates))
        .toString()
        .padStart(11),
      quantile(latencies, 0.5).toFixed(2).padStart(8),
      quantile(latencies, 0.99).toFixed(2).padStart(8)
    ]
    console.log(`${name.padEnd(12)}${columns.join(' ')}`)
  }
  const medians = quantile(ours.rates, 0.5) / quantile(bare.rates, 0.5)
  const maxima = Math.max(...ours.rates) / Math.max(...bare.rates)
  console.log(
    `\nratio of medians ${medians.toFixed(2)}, of maxima ${maxima.toFixed(2)}; target ${target.toFixed(2)}`
  )
  // A quick run is too short to fail by.
  if (!isQuick && Math.min(medians, maxima) < target) process.exitCode = 1
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
