/** More than can be done, and more names than can be kept (performance.md E44, E46). */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { heldBytes } from '../../../../test/support/held-bytes.ts'
import { serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Checked, keepAsking } from './support/load.ts'
import { amount, isLong } from './support/seed.ts'
import { type HereServer, serveHere } from './support/serve-here.ts'

const policy = `version: "1"
name: overload
rules:
  - scope: shell
    deny: [{ pattern: "rm *" }]
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
  - scope: limited
    allow: [{ pattern: "*" }]
    rate_limit: { max_requests: 3, window: 1h }
  - scope: cost
    limits: { max_per_session: "$1" }
notifications:
  on_deny: [{ type: log, level: warn }]
`

interface Outcome {
  allowed: number
  shed: number
  readonly others: string[]
  perSecond: number
}

/** Asks for a while, as so many at once. */
async function askFor(port: number, askers: number, durationMs: number): Promise<Outcome> {
  const outcome: Outcome = { allowed: 0, shed: 0, others: [], perSecond: 0 }
  const until = performance.now() + durationMs
  const start = performance.now()
  await keepAsking({
    port,
    askers,
    next: (asker) =>
      performance.now() < until
        ? { scope: 'shell', command: 'make', agent_id: `a${asker}` }
        : undefined,
    onAnswer: (checked) => count(outcome, checked)
  })
  outcome.perSecond = (outcome.allowed / (performance.now() - start)) * 1000
  return outcome
}

function count(outcome: Outcome, { status, verdict }: Checked): void {
  if (status === 200 && verdict.decision === 'ALLOW') outcome.allowed++
  else if (status === 200 && verdict.matched_rule === 'deny:server:overload') outcome.shed++
  else outcome.others.push(`${status} ${verdict.matched_rule}`)
}

/** How late the event loop was, in seconds, since somebody last asked: what 99 of 100 were below. */
async function eventLoopLag(port: number): Promise<string | undefined> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]
}

describe('E44: five times as many as can be served at once', () => {
  const inFlight = amount(32, 128)
  const phaseMs = amount(1000, 20_000)

  test('wait for their turn and get a verdict each, and it is over when they go', async () => {
    const { port, api } = await serveHere(policy, { args: [`--max-in-flight=${inFlight}`] })
    // One peer alone gets half.
    const peak = await askFor(port, inFlight / 4, phaseMs)
    expect([peak.shed, peak.others]).toEqual([0, []])
    const probes: number[] = []
    const probing = setInterval(async () => {
      probes.push((await fetch(`http://127.0.0.1:${port}/livez`)).status)
    }, 100)
    const over = await askFor(port, inFlight * 5, phaseMs)
    clearInterval(probing)
    expect(over.others).toEqual([])
    expect(over.allowed).toBeGreaterThan(0)
    // Whoever has waited for a second: a machine may be held up.
    expect(over.shed).toBeLessThan(over.allowed / 10)
    expect(new Set(probes)).toEqual(new Set([200]))
    const after = await askFor(port, inFlight / 4, phaseMs / 4)
    expect([after.shed, after.others]).toEqual([0, []])
    expect(await api.get('/v1/health')).toMatchObject({ status: 'ok' })
  }, 300_000)

  test.runIf(isLong)(
    'do not slow the others down, as the server is by default',
    async () => {
      const file = join(await temporaryDirectory(), 'p.yaml')
      await writeFile(file, policy)
      const { port } = await serveBin(['--policy', file], { maxMs: 290_000 })
      await askFor(port, 64, 5000)
      const figures: string[] = []
      const goodput: number[] = []
      for (const askers of [64, 320, 64, 320, 64, 320, 3000]) {
        const { perSecond, shed, others } = await askFor(port, askers, 20_000)
        expect(others).toEqual([])
        goodput.push(perSecond)
        const lag = await eventLoopLag(port)
        figures.push(
          `${askers} at once: ${perSecond.toFixed(0)}/s, ${shed} shed, event loop p99 ${lag} s`
        )
      }
      console.log(figures.join('\n'))
      const of = (at: number): number => goodput[at] ?? 0
      const ratios = [of(1) / of(0), of(3) / of(2), of(5) / of(4)].toSorted()
      expect(ratios[1]).toBeGreaterThan(0.8)
    },
    300_000
  )

  test.runIf(process.platform === 'linux')(
    'of one address do not keep another from connecting and being answered',
    async () => {
      const file = join(await temporaryDirectory(), 'p.yaml')
      await writeFile(file, policy)
      const { port } = await serveBin(['--policy', file], { maxMs: 100_000 })
      const action = { scope: 'shell', command: 'make' }
      let isOver = false
      const flood = keepAsking({
        port,
        askers: amount(600, 3000),
        next: () => (isOver ? undefined : action),
        onAnswer() {}
      })
      const answers: string[] = []
      await keepAsking({
        port,
        askers: 4,
        from: '127.0.0.2',
        next: () => (answers.length < 40 ? action : undefined),
        onAnswer: ({ verdict }) => answers.push(verdict.decision)
      })
      isOver = true
      await flood
      expect(new Set(answers)).toEqual(new Set(['ALLOW']))
    },
    60_000
  )

  test('a flood of denials, each of which is to be told, is answered all the same', async () => {
    const { port } = await serveHere(policy)
    let left = amount(2000, 100_000)
    const decisions = new Set<string>()
    await keepAsking({
      port,
      askers: 32,
      next: () => (left-- > 0 ? { scope: 'shell', command: 'rm -rf /' } : undefined),
      onAnswer: ({ status, verdict }) => decisions.add(`${status} ${verdict.matched_rule}`)
    })
    expect([...decisions]).toEqual(['200 deny:shell:rm *'])
  }, 300_000)
})

describe('E46: names without end', () => {
  const many = amount(8000, 1_000_000)
  let server: HereServer

  beforeAll(async () => {
    server = await serveHere(policy, { args: ['--dashboard', '--agent-rate=0', '--peer-rate=0'] })
  })

  async function askAll(actions: readonly Record<string, unknown>[]): Promise<string[]> {
    const { status, body } = await server.api.post('/v1/check/batch', actions)
    expect(status).toBe(200)
    return (body as { results: { matched_rule?: string }[] }).results.map(
      ({ matched_rule = '' }) => matched_rule
    )
  }

  test(`${many} agents, sessions, scopes and tenants take bounded memory, and free nobody of a limit`, async () => {
    const victim = { scope: 'limited', command: 'x', agent_id: 'victim' }
    await askAll(Array(4).fill(victim))
    expect(await askAll([victim])).toEqual(['deny:ratelimit:limited'])
    const broke = { scope: 'cost', est_cost: 1, session_id: 'broke', agent_id: 'broke' }
    await askAll([broke])
    expect(await askAll([broke])).toEqual(['deny:cost:max_per_session'])

    let made = 0
    async function flood(amount: number): Promise<void> {
      for (let at = 0; at < amount; at += 100) {
        await askAll(Array.from({ length: 100 }, () => fresh(made++)))
      }
    }
    // What is bounded fills up first.
    await flood(many / 2)
    const half = await heldBytes()
    await flood(many / 2)
    const grown = (await heldBytes()) - half
    console.log(`${many} names: ${(grown / 1_048_576).toFixed(1)} MiB for the second half`)
    expect(grown).toBeLessThan(amount(32, 128) * 1_048_576)
    expect(await askAll([victim])).toEqual(['deny:ratelimit:limited'])
    expect(await askAll([broke])).toEqual(['deny:cost:max_per_session'])
    const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text()
    expect(metrics.split('\n').length).toBeLessThan(5000)
  }, 1_200_000)

  test('approvals without end are denied at their quota, and another agent still gets one', async () => {
    const flood = await askAll(
      Array.from({ length: 100 }, (_, at) => ({
        scope: 'shell',
        command: `deploy ${'x'.repeat(100)} ${at}`,
        agent_id: 'flooder'
      }))
    )
    for (let round = 0; round < 15; round++) {
      flood.push(
        ...(await askAll(
          Array.from({ length: 100 }, (_, at) => ({
            scope: 'shell',
            command: `deploy ${round} ${at}`,
            agent_id: 'flooder'
          }))
        ))
      )
    }
    expect(new Set(flood)).toEqual(
      new Set(['require_approval:shell:deploy *', 'deny:approvals:quota'])
    )
    const other = { scope: 'shell', command: 'deploy it', agent_id: 'other' }
    expect(await askAll([other])).toEqual(['require_approval:shell:deploy *'])
  })
})

/** An action of somebody who was never seen before. */
function fresh(at: number): Record<string, unknown> {
  const agent_id = `agent-${at}`
  // Each that costs something is a transaction of the database.
  if (at % 20 === 0) return { scope: 'cost', est_cost: 0.01, session_id: `s-${at}`, agent_id }
  const kinds = [
    { scope: 'limited', command: 'x' },
    { scope: `scope-${at}`, command: 'x' },
    { scope: 'shell', command: `make ${at}`, meta: { transport: `t-${at}`, [`k${at}`]: 'v' } }
  ]
  return { ...kinds[at % kinds.length], agent_id }
}
