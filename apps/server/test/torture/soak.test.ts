import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.ts'
import { runBin, serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { keepAsking } from './support/load.ts'
import { eachEntry } from './support/log-of.ts'
import { open, requestText } from './support/raw.ts'
import { amount, seeded } from './support/seed.ts'

const random = seeded()
const seconds = Number(process.env['AGENTGUARD_SOAK_SECONDS'] ?? amount(12, 600))
const mebi = 1_048_576

function policy(version: number): string {
  return `version: "1"
name: soak ${version}
rules:
  - scope: shell
    deny: [{ pattern: "rm *" }]
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
    rate_limit: { max_requests: 100000, window: 1s }
  - scope: filesystem
    allow: [{ action: read, paths: ["/tmp/**"] }]
  - scope: network
    allow: [{ domain: "*.example.com" }]
notifications:
  approval_required: [{ type: log, level: info }]
`
}

const kinds: readonly Readonly<Record<string, unknown>>[] = [
  { scope: 'shell', command: 'cat a | grep b > /tmp/c' },
  { scope: 'shell', command: 'git status && ls -l' },
  { scope: 'shell', command: 'rm -rf /' },
  { scope: 'filesystem', action: 'read', path: '/tmp/../tmp/x' },
  { scope: 'network', url: 'https://a.example.com/x' },
  { scope: 'nobody', command: 'x' }
]

interface Soak {
  readonly port: number
  readonly api: Api
  readonly isOver: () => boolean
  /** The numbers of what was answered, in the order of the answers. */
  readonly answered: number[]
  readonly faults: string[]
}

test(
  `${seconds} s of everything (seed ${random.seed})`,
  async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(file, policy(0))
    // Nothing is to be thrown away: the log is counted at the end.
    const args = ['--policy', file, '--data-dir', directory, '--dashboard', '--audit-max-size-mb=0']
    const server = await serveBin(args, { maxMs: (seconds + 120) * 1000 })
    const until = performance.now() + seconds * 1000
    const soak: Soak = {
      port: server.port,
      api: apiOf(server.port),
      isOver: () => performance.now() > until,
      answered: [],
      faults: []
    }
    const memory: number[] = []
    const subscribers = await Promise.all(Array.from({ length: 20 }, () => subscribe(soak.port)))
    await Promise.all([
      check(soak),
      approve(soak),
      reload(soak, file),
      readBack(soak),
      drip(soak),
      sample(soak, memory)
    ])
    expect(soak.faults).toEqual([])
    expect(server.child.exitCode).toBeNull()
    const exit = once(server.child, 'exit')
    server.child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
    const events = await Promise.all(subscribers.map((ended) => ended()))

    const written = new Uint8Array(count)
    let entries = 0
    for await (const { request } of eachEntry(directory)) {
      entries++
      const name = request.meta?.['n']
      if (name !== undefined) written[Number(name)] = 1
    }
    expect(soak.answered.filter((name) => written[name] === 0)).toEqual([])
    // Who reads gets everything: nobody was too slow.
    expect(new Set(events.map(({ checks }) => checks))).toEqual(new Set([entries]))
    const verified = await runBin(['audit', 'verify', '--data-dir', directory])
    expect([verified.exit, verified.err]).toEqual([0, expect.any(String)])
    expectFlat(memory)
    console.log(
      `${entries} entries, ${(entries / seconds).toFixed(0)} a second; memory ${memory.map((bytes) => (bytes / mebi).toFixed(0)).join(' ')} MiB`
    )
  },
  (2 * seconds + 120) * 1000
)

/** Expects that the second half took no more memory than the first, but for what a collector leaves lying about. */
function expectFlat(memory: readonly number[]): void {
  const half = memory.slice(Math.floor(memory.length / 2))
  const [first = 0, second = 0] = [half.slice(0, half.length / 2), half.slice(half.length / 2)].map(
    (part) => Math.min(...part)
  )
  expect(second - first).toBeLessThan(64 * mebi)
}

let count = 0

async function check({ port, isOver, answered, faults }: Soak): Promise<void> {
  await keepAsking({
    port,
    askers: 16,
    next: (asker) =>
      isOver()
        ? undefined
        : { ...random.pick(kinds), agent_id: `agent-${asker}`, meta: { n: String(count++) } },
    onAnswer({ status, verdict }, action) {
      if (status !== 200 || verdict.matched_rule?.startsWith('deny:guard')) {
        faults.push(`${status} ${verdict.matched_rule}`)
      }
      answered.push(Number((action['meta'] as { n: string }).n))
    },
    onLost: (action) => faults.push(`lost ${JSON.stringify(action)}`)
  })
}

/** Asks for approvals, answers them and uses them. */
async function approve({ api, isOver, faults }: Soak): Promise<void> {
  while (!isOver()) {
    const action = { scope: 'shell', command: `deploy ${count++}`, agent_id: 'deployer' }
    const { approval_id: id } = await api.check(action)
    const wait = api.get(`/v1/wait/${id}?timeout=5s`)
    await api.post(`/v1/approve/${id}`)
    const waited = (await wait) as Record<string, unknown>
    const { decision } = await api.check({ ...action, approval_id: id })
    if (decision !== 'ALLOW' || waited['decision'] !== 'ALLOW') faults.push(`${decision} for ${id}`)
  }
}

async function reload({ isOver }: Soak, file: string): Promise<void> {
  for (let version = 1; !isOver(); version++) {
    await writeFile(`${file}.new`, version % 5 ? policy(version) : 'broken: [')
    await rename(`${file}.new`, file)
    await once(AbortSignal.timeout(500), 'abort')
  }
  await writeFile(file, policy(0))
}

/** Reads what others read: entries, what waits, metrics, pages. */
async function readBack({ port, isOver, faults }: Soak): Promise<void> {
  const paths = [
    '/v1/audit?limit=50&order=desc',
    '/api/pending',
    '/metrics',
    '/dashboard',
    '/api/stats'
  ]
  for (let at = 0; !isOver(); at++) {
    const path = paths[at % paths.length]
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    await response.arrayBuffer()
    if (response.status !== 200) faults.push(`${response.status} for ${path}`)
    await once(AbortSignal.timeout(50), 'abort')
  }
}

/** Clients that begin a request and do not end it, and go. */
async function drip({ port, isOver }: Soak): Promise<void> {
  while (!isOver()) {
    const socket = await open(port)
    socket.write(requestText('POST /v1/check', { 'Content-Length': '50' }))
    await once(AbortSignal.timeout(100), 'abort')
    socket.destroy()
  }
}

async function sample({ port, isOver }: Soak, memory: number[]): Promise<void> {
  const every = Math.max(500, (seconds * 1000) / 40)
  while (!isOver()) {
    await once(AbortSignal.timeout(every), 'abort')
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    memory.push(Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]))
  }
}

/** Listens to live events; says at the end how many checks there were. */
async function subscribe(port: number): Promise<() => Promise<{ checks: number }>> {
  const socket = await open(port)
  socket.write(requestText('GET /api/stream'))
  let checks = 0
  let rest = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('data: {"type":"check"')
    checks += parts.length - 1
    rest = (parts.at(-1) ?? '').slice(-22)
  })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  return async () => {
    await ended
    return { checks }
  }
}
