/** Subscribers of live events in great number, of the server as it is started (performance.md C19, C20). */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Api, apiOf } from '../support/api.ts'
import { runBin, serveBin } from '../support/bin.ts'
import { type ManySubscribers, subscribeMany } from '../support/subscribe-many.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { expectVerified } from './support/log-of.ts'
import { amount, isLong } from './support/seed.ts'

const policy = `version: "1"
name: subscribers
rules:
  - scope: shell
    allow: [{ pattern: "*" }]
`
const mebi = 1_048_576
/** One tenant has at most 8,000. */
const ours = { readers: amount(300, 7000), stalled: amount(50, 1000) }
const theirs = { readers: amount(50, 2000), path: '/v1/t/acme/api/stream' }
const events = amount(100, 200)

async function residentBytes(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
}

/** What 99 of 100 requests to another route are answered within, in ms: the best of three rounds. */
async function slowestOf(port: number): Promise<number> {
  const rounds: number[] = []
  for (let round = 0; round < 3; round++) {
    const took: number[] = []
    for (let at = 0; at < 300; at++) {
      const start = performance.now()
      await (await fetch(`http://127.0.0.1:${port}/v1/health`)).text()
      took.push(performance.now() - start)
    }
    rounds.push(took.toSorted((a, b) => a - b).at(-3) ?? 0)
  }
  return Math.min(...rounds)
}

async function subscribe(port: number, wanted: Parameters<typeof subscribeMany>[1]) {
  const many = await subscribeMany(port, wanted)
  onTestFinished(() => many.close())
  return many
}

async function askAll(api: Api, tenant?: string): Promise<void> {
  for (let at = 0; at < events; at++) {
    const { decision } = await api.check({ scope: 'shell', command: `ls ${at}` }, tenant)
    expect(decision).toBe('ALLOW')
  }
}

function expectEach(many: ManySubscribers): void {
  expect(new Set(many.counts())).toEqual(new Set([events]))
}

const all = ours.readers + ours.stalled + theirs.readers

test(
  `${all} subscribers of two tenants, ${ours.stalled} of whom never read, miss nothing and take bounded memory`,
  async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'p.yaml')
    await writeFile(file, policy)
    const data = ['--data-dir', directory]
    expect(await runBin(['tenant', 'put', 'acme', '--policy', file, ...data])).toMatchObject({
      exit: 0
    })
    const { port } = await serveBin(
      // All come from one address, which alone may have half of the connections.
      ['--policy', file, ...data, '--dashboard', '--max-connections', '40000'],
      { maxMs: 570_000 }
    )
    const api = apiOf(port)
    const alone = { ms: await slowestOf(port), bytes: await residentBytes(port) }
    const local = await subscribe(port, ours)
    const acme = await subscribe(port, theirs)
    const idle = { ms: await slowestOf(port), bytes: await residentBytes(port) }

    await Promise.all([askAll(api), askAll(api, 'acme')])
    await Promise.all([local.received(events), acme.received(events)])
    expectEach(local)
    expectEach(acme)
    const after = await residentBytes(port)
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(metrics).toContain(`agentguard_sse_subscribers ${all}\n`)

    const figures = [alone.bytes, idle.bytes, after].map((bytes) => (bytes / mebi).toFixed(0))
    console.log(`RSS alone, with them, after ${2 * events} events: ${figures.join(', ')} MiB`)
    console.log(
      `99 of 100 within ${alone.ms.toFixed(1)} ms alone, ${idle.ms.toFixed(1)} ms with them`
    )
    expect(after).toBeLessThan(amount(300, 450) * mebi)
    // A millisecond is what the clock of a busy machine is good for.
    if (isLong) expect(idle.ms).toBeLessThan(2 * Math.max(alone.ms, 1))
    await expectVerified(directory)
  },
  amount(60_000, 600_000)
)
