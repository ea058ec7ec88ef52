/** Servers that end while they work (performance.md A1, E45). */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.ts'
import { serveBin } from '../support/bin.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { keepAsking } from './support/load.ts'
import { entriesOf, expectVerified } from './support/log-of.ts'
import { amount, seeded } from './support/seed.ts'

const policy = `version: "1"
name: restart
rules:
  - scope: shell
    require_approval: [{ pattern: "deploy *" }]
    allow: [{ pattern: "*" }]
  - scope: cost
    limits: { max_per_session: "$100000" }
`
const random = seeded()

async function given(): Promise<{ directory: string; args: string[] }> {
  const directory = await temporaryDirectory()
  const file = join(directory, 'p.yaml')
  await writeFile(file, policy)
  return { directory, args: ['--policy', file, '--data-dir', directory, '--dashboard'] }
}

interface AskedApproval {
  readonly action: Readonly<Record<string, unknown>>
  said?: 'ALLOW' | 'DENY'
  /** A person said something, and may not have heard that it counts. */
  isTried?: boolean
}

/** What clients have been told, and can therefore rely on. */
interface Told {
  readonly allowed: Set<string>
  /** By id: what was asked, and what a person said. */
  readonly approvals: Map<string, AskedApproval>
  readonly used: Set<string>
  dollars: number
}

describe('kill -9', () => {
  const rounds = amount(3, 100)
  test(`at any moment with 64 in flight loses nothing that was answered (${rounds} times, seed ${random.seed})`, async () => {
    const { directory, args } = await given()
    const told: Told = { allowed: new Set(), approvals: new Map(), used: new Set(), dollars: 0 }
    for (let round = 0; round < rounds; round++) {
      const server = await serveBin(args)
      await expectKept(apiOf(server.port), told)
      const gone = once(server.child, 'exit')
      const asked = askUntilGone(server.port, round, told)
      const answers = answerUntilGone(server.port, told)
      const timer = setTimeout(() => server.child.kill('SIGKILL'), 100 + random.below(600))
      await gone
      clearTimeout(timer)
      await Promise.all([asked, answers])
    }
    const last = await serveBin(args)
    await expectKept(apiOf(last.port), told)
    last.child.kill('SIGTERM')
    await once(last.child, 'exit')
    await expectVerified(directory)
    const written = new Set(
      (await entriesOf(directory))
        .filter(({ result }) => result.decision === 'ALLOW')
        .map(({ agent_id }) => agent_id)
    )
    expect(told.allowed.size).toBeGreaterThan(rounds)
    expect([...told.allowed].filter((agent) => !written.has(agent))).toEqual([])
  }, 1_200_000)
})

let count = 0

/** Asks about anything on 64 connections until the server is gone, and notes what it was told. */
function askUntilGone(port: number, round: number, told: Told): Promise<void> {
  return keepAsking({
    port,
    askers: 64,
    next(asker) {
      const agent_id = `r${round}-${count++}`
      if (asker === 0) return { scope: 'cost', est_cost: 1, session_id: 's', agent_id }
      if (asker < 8) return { scope: 'shell', command: `deploy ${agent_id}`, agent_id }
      return { scope: 'shell', command: 'make', agent_id }
    },
    onAnswer({ status, verdict }, action) {
      expect(status).toBe(200)
      const { decision, approval_id: id } = verdict
      if (decision === 'ALLOW') told.allowed.add(String(action['agent_id']))
      if (decision === 'ALLOW' && action['scope'] === 'cost') told.dollars++
      if (decision === 'REQUIRE_APPROVAL' && id !== undefined) told.approvals.set(id, { action })
    }
  })
}

/** Answers what waits, and uses half of what was approved, until the server is gone. */
async function answerUntilGone(port: number, told: Told): Promise<void> {
  const api = apiOf(port)
  try {
    for (;;) {
      const open = [...told.approvals].find(([, { said }]) => said === undefined)
      if (open) await answerOne(api, open, told)
      else await api.get('/health')
    }
  } catch (error) {
    // The server is gone, unless it answered something else.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error
  }
}

async function answerOne(
  api: Api,
  [id, approval]: [string, AskedApproval],
  told: Told
): Promise<void> {
  const isRepeated = approval.isTried === true
  approval.isTried = true
  const said = random.next() < 0.7 ? 'ALLOW' : 'DENY'
  const { status } = await api.post(`/v1/${said === 'ALLOW' ? 'approve' : 'deny'}/${id}`)
  if (status === 409 && isRepeated) {
    const { decision } = (await api.get(`/v1/status/${id}`)) as { readonly decision: string }
    if (decision !== 'ALLOW' && decision !== 'DENY') throw new Error(`was answered ${decision}`)
    approval.said = decision
    return
  }
  if (status !== 200) throw new Error(`answered ${status}`)
  approval.said = said
  if (said === 'DENY' || random.next() < 0.5) return
  const { matched_rule } = await api.check({ ...approval.action, approval_id: id })
  expect(matched_rule).toBe('allow:approved')
  told.used.add(id)
}

/** Expects that a server knows all that was told by those before it. */
async function expectKept(api: Api, told: Told): Promise<void> {
  for (const [id, { action, said }] of [...told.approvals].slice(-60)) {
    const status = (await api.get(`/v1/status/${id}`)) as Record<string, unknown>
    // A person may have answered without having heard that it counts.
    if (said !== undefined) expect(status).toMatchObject({ status: 'resolved', decision: said })
    if (!told.used.has(id)) continue
    const again = await api.check({ ...action, approval_id: id })
    expect(again.decision).toBe('REQUIRE_APPROVAL')
    expect(again.approval_id).not.toBe(id)
  }
  if (told.dollars === 0) return
  const rest = 100_000 - told.dollars
  const tooMuch = await api.check({
    scope: 'cost',
    est_cost: rest + 1,
    session_id: 's',
    agent_id: 'x'
  })
  expect(tooMuch.matched_rule).toBe('deny:cost:max_per_session')
}

describe('SIGTERM', () => {
  const rounds = amount(2, 100)
  test(`under load with open streams fails no request that was taken, and ends in time (${rounds} times)`, async () => {
    const { directory, args } = await given()
    const allowed: string[] = []
    for (let round = 0; round < rounds; round++) {
      const { port, child } = await serveBin(args)
      const streams = await Promise.all(
        Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${port}/api/stream`))
      )
      const ends = streams.map((stream) => stream.text().catch(() => ''))
      const wait = fetch(`http://127.0.0.1:${port}/v1/wait/ap_none?timeout=30s`).catch(
        () => undefined
      )
      const lost: unknown[] = []
      let isOver = false
      let isStopping = false
      const asked = keepAsking({
        port,
        askers: 64,
        next: () =>
          isOver ? undefined : { scope: 'shell', command: 'make', agent_id: `t${count++}` },
        onAnswer({ status, verdict }, action) {
          expect([status, verdict.decision]).toEqual([200, 'ALLOW'])
          allowed.push(String(action['agent_id']))
          if (allowed.length % 500 === 499 && !isStopping) {
            isStopping = true
            child.kill('SIGTERM')
          }
          if (isStopping) isOver = true
        },
        onLost: (action) => lost.push(action)
      })
      const [exited] = await Promise.all([once(child, 'exit'), asked])
      expect(exited).toEqual([0, null])
      // What was under way when it began to stop was answered to its end.
      expect(lost).toEqual([])
      await Promise.all([...ends, wait])
      await expectVerified(directory)
    }
    const written = new Set((await entriesOf(directory)).map(({ agent_id }) => agent_id))
    expect(allowed.filter((agent) => !written.has(agent))).toEqual([])
  }, 1_200_000)
})
