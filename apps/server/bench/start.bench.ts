/**
 * How long the server takes from being called to its first verdict, with its database and its log on the disk,
 * beside Node with nothing to do.
 *
 *     node apps/server/bench/start.bench.ts [--quick] [--main=path/to/dist/main.js]
 *
 * The sources are slower by what Node needs to take their types away: measure what is shipped.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main, memoryMi, quantile, startPinned, stop } from './support/processes.ts'

const targetMs = 400
const rounds = process.argv.includes('--quick') ? 2 : 15
const isBuilt = main.endsWith('.js')

const nothing: number[] = []
const first: number[] = []
const again: number[] = []
const memory: number[] = []
for (let round = 0; round < rounds; round++) {
  nothing.push(await startNothing())
  const data = await mkdtemp(join(tmpdir(), 'agentguard-bench-'))
  first.push(await firstVerdict(data))
  again.push(await firstVerdict(data))
  await rm(data, { recursive: true, force: true })
}
console.log(`${rounds} starts each, ${isBuilt ? 'as it is shipped' : 'from the sources'}\n`)
console.log('                                          median ms   best ms')
show('node -e 0', nothing)
show('first verdict, in a new directory', first)
show('first verdict, with what it has written', again)
console.log(`\nmemory after its first verdict: ${quantile(memory, 0.5).toFixed(0)} MiB`)
const best = Math.min(...first)
console.log(`best ${best.toFixed(0)} ms; target ${targetMs} ms for what is shipped`)
if (isBuilt && best > targetMs) process.exitCode = 1

/** How many milliseconds Node takes to do nothing. */
async function startNothing(): Promise<number> {
  const start = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - start
}

/** How many milliseconds the server takes to its first verdict. */
async function firstVerdict(data: string): Promise<number> {
  const start = performance.now()
  const server = await startPinned([main, 'serve', '--port', '0', '--data-dir', data])
  const body = '{"scope":"shell","command":"git status"}'
  const answer = await fetch(`http://127.0.0.1:${server.port}/v1/check`, { method: 'POST', body })
  if (!(await answer.text()).includes('"ALLOW"')) throw new Error('expected an ALLOW')
  const ms = performance.now() - start
  memory.push(memoryMi(server)?.now ?? Number.NaN)
  await stop(server)
  return ms
}

function show(name: string, times: readonly number[]): void {
  const [median, best] = [quantile(times, 0.5), Math.min(...times)].map((ms) => ms.toFixed(0))
  console.log(`${name.padEnd(42)}${median?.padStart(9)} ${best?.padStart(9)}`)
}
