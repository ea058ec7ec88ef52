/**
 * What `check` costs beyond a bare `fetch` of the same body, on one connection at a time, to a server in another
 * thread that does nothing. Calls of both are made in turns, by chance, so that what disturbs one disturbs the other.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { AgentGuard } from '../src/index.ts'

const isQuick = process.argv.includes('--quick')
const calls = isQuick ? 1000 : 16_000
const warmUp = isQuick ? 200 : 6000
/** How much slower a check may be. */
const maxOverhead = 0.15

const verdict = {
  schema_version: 'v1',
  decision: 'ALLOW',
  reason: 'Allowed by shell rule',
  matched_rule: 'allow:shell:ls *',
  policy_digest: `sha256:${'0'.repeat(64)}`
}
const server = new Worker(
  `const { createServer } = require('node:http')
   const { parentPort, workerData } = require('node:worker_threads')
   const server = createServer((request, response) => {
     request.resume().on('end', () => {
       response.writeHead(200, { 'Content-Type': 'application/json' }).end(workerData)
     })
   })
   server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`,
  { eval: true, workerData: JSON.stringify(verdict) }
)
const [port] = await once(server, 'message')

const url = `http://127.0.0.1:${port}`
const guard = new AgentGuard({ baseUrl: url, agentId: 'bench', tenantId: '', apiKey: '' })
const body = JSON.stringify({ scope: 'shell', agent_id: 'bench', command: 'ls -l' })
const headers = { 'Content-Type': 'application/json' }

async function bare(): Promise<void> {
  const response = await fetch(`${url}/v1/check`, { method: 'POST', headers, body })
  const { decision } = (await response.json()) as { decision: string }
  if (decision !== 'ALLOW') throw new Error('no verdict')
}

async function check(): Promise<void> {
  const { allowed } = await guard.check('shell', { command: 'ls -l' })
  if (!allowed) throw new Error('no verdict')
}

const times = { bare: [] as number[], check: [] as number[] }
for (let made = 0; made < calls; made++) {
  // By chance, so that neither always has to clean up after the other.
  const name = Math.random() < 0.5 ? 'bare' : 'check'
  const start = performance.now()
  await (name === 'bare' ? bare() : check())
  const tookUs = (performance.now() - start) * 1000
  if (made >= warmUp) times[name].push(tookUs)
}
await server.terminate()

const [bareUs, checkUs] = [median(times.bare), median(times.check)]
const overhead = checkUs / bareUs - 1
console.log(`bare fetch  ${bareUs.toFixed(0)} µs (median)`)
console.log(`check       ${checkUs.toFixed(0)} µs`)
console.log(`overhead    ${(overhead * 100).toFixed(1)} % (at most ${maxOverhead * 100} %)`)
if (!isQuick && overhead > maxOverhead) process.exitCode = 1

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
