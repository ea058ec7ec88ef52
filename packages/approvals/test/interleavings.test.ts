import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { sqliteApprovals } from '../src/drivers/sqlite.ts'
import {
  type ApprovalStage,
  type Approvals,
  actionDigest,
  memoryApprovals,
  type Resolved,
  stageOf
} from '../src/index.ts'
import { ask, Clock } from './ask.ts'
import { long, seedOf } from './long.ts'

const minute = 60_000
const commands = ['a', 'b']
const tenants = ['local', 'acme']

/** What the approvals should be, told in another way: a list, and the time at which each stage is over. */
interface Model {
  now: number
  entries: Entry[]
}

interface Entry {
  readonly id: string
  readonly tenant: string
  readonly command: string
  stage: ApprovalStage
  since: number
  until: number
}

/** Several who share one store, and the clock. */
interface Real {
  readonly clock: Clock
  readonly sharers: readonly Approvals[]
}

type Command = fc.AsyncCommand<Model, Real>

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name }
}

/** What every operation begins with. */
function age(model: Model): void {
  for (const entry of model.entries) {
    if (entry.stage === 'consumed' || entry.stage === 'expired') continue
    const isOver = model.now >= entry.until || model.now < entry.since - 5_000
    if (isOver) entry.stage = 'expired'
  }
}

function settle(entry: Entry, stage: 'approved' | 'denied', now: number): void {
  entry.stage = stage
  entry.since = Math.max(now, entry.since)
  entry.until = entry.since + 5 * minute
}

function digestOf(text: string): string {
  return actionDigest(ask(text).request)
}

const who = fc.nat({ max: 1 })
const tenant = fc.constantFrom(...tenants)
const text = fc.constantFrom(...commands)
const which = fc.nat({ max: 30 })

const opens = fc.record({
  who,
  tenant,
  text,
  reuse: fc.boolean(),
  expiresMs: fc.constantFrom(minute, 60 * minute)
})
const open = opens.map((asked) =>
  command(`open ${JSON.stringify(asked)}`, async (model, { sharers }) => {
    const { tenant, text, reuse, expiresMs } = asked
    age(model)
    const usable = (stage: string): Entry | undefined =>
      model.entries.find((e) => e.tenant === tenant && e.command === text && e.stage === stage)
    const found = reuse ? (usable('approved') ?? usable('pending')) : undefined
    const answer = await sharers[asked.who]?.open(ask(text, { tenant, reuse, expiresMs }))
    if (!answer?.ok) throw new Error('refused')
    expect(answer.opened).toBe(found === undefined)
    const { id } = answer.approval
    if (found) expect(id).toBe(found.id)
    else {
      const { now } = model
      const until = now + expiresMs
      model.entries.push({ id, tenant, command: text, stage: 'pending', since: now, until })
    }
  })
)

const resolve = fc
  .record({ who, which, tenant, decision: fc.constantFrom('ALLOW' as const, 'DENY' as const) })
  .map((given) =>
    command(`resolve ${JSON.stringify(given)}`, async (model, { sharers }) => {
      age(model)
      const { decision, tenant } = given
      const entry = model.entries[given.which % Math.max(1, model.entries.length)]
      const answer = await sharers[given.who]?.resolve(tenant, entry?.id ?? '', { decision })
      if (entry?.tenant !== tenant) expect(answer).toEqual({ ok: false, reason: 'not_found' })
      else if (entry.stage === 'pending') settleAlike(model, entry, given, answer)
      else expect(answer).toMatchObject(answerOnceMore(entry.stage, decision))
    })
  )

/** A person's answer is for all that are pending and the same. */
function settleAlike(
  { entries, now }: Model,
  { tenant, command: text }: Entry,
  { decision }: { decision: 'ALLOW' | 'DENY' },
  answer: Resolved | undefined
): void {
  const alike = entries.filter(
    (e) => e.stage === 'pending' && e.tenant === tenant && e.command === text
  )
  for (const each of alike) settle(each, decision === 'ALLOW' ? 'approved' : 'denied', now)
  expect(answer?.ok && answer.changed.map(({ id }) => id).sort()).toEqual(
    alike.map(({ id }) => id).sort()
  )
}

function answerOnceMore(stage: ApprovalStage, decision: 'ALLOW' | 'DENY'): object {
  if (stage === 'expired') return { ok: false, reason: 'expired' }
  const same = (stage === 'denied') === (decision === 'DENY')
  return same ? { ok: true, changed: [] } : { ok: false, reason: 'already_resolved' }
}

const consume = fc.record({ who, which, text }).map((given) =>
  command(`consume ${JSON.stringify(given)}`, async (model, { sharers }) => {
    age(model)
    const entry = model.entries[given.which % Math.max(1, model.entries.length)]
    if (!entry) return
    const answer = await sharers[given.who]?.consume(entry.tenant, entry.id, digestOf(given.text))
    if (entry.command !== given.text) {
      expect(answer).toEqual({ consumed: false, reason: 'digest_mismatch' })
    } else if (entry.stage === 'approved') {
      expect(answer?.consumed).toBe(true)
      entry.stage = 'consumed'
    } else {
      expect(answer).toEqual({ consumed: false, reason: entry.stage })
    }
  })
)

const reuse = fc.record({ who, tenant, text }).map((given) =>
  command(`look up ${JSON.stringify(given)}`, async (model, { sharers }) => {
    age(model)
    const digest = digestOf(given.text)
    const answer = await sharers[given.who]?.lookup(given.tenant, { digest })
    const alike = model.entries.filter((e) => e.tenant === given.tenant && e.command === given.text)
    const stage = ['approved', 'pending', 'denied'].find((s) => alike.some((e) => e.stage === s))
    if (stage === undefined) expect(answer).toEqual({ found: false, reason: 'not_found' })
    else {
      const { id } = alike.find((e) => e.stage === stage) as Entry
      expect(answer).toMatchObject({ found: true, stage, approval: { id } })
    }
  })
)

const look = who.map((one) =>
  command(`look, ${one}`, async (model, { sharers }) => {
    age(model)
    const approvals = sharers[one] as Approvals
    for (const { tenant, id, stage } of model.entries) {
      const approval = await approvals.get(tenant, id)
      expect(approval && stageOf(approval)).toBe(stage)
    }
    const pending = model.entries.filter((e) => e.stage === 'pending')
    expect(await approvals.countPending()).toBe(pending.length)
    for (const tenant of tenants) {
      const groups = await approvals.pending(tenant)
      const ids = pending.filter((e) => e.tenant === tenant).map(({ id }) => id)
      expect(groups.flatMap((group) => group.ids).sort()).toEqual(ids.sort())
      expect(new Set(groups.map(({ approval }) => approval.digest)).size).toBe(groups.length)
    }
  })
)

const expire = who.map((one) =>
  command(`expire, ${one}`, async (model, { sharers }) => {
    const before = model.entries.filter((e) => e.stage !== 'expired')
    age(model)
    const ended = await sharers[one]?.expire()
    const expected = before.filter((e) => e.stage === 'expired').map(({ id }) => id)
    expect(ended?.map(({ id }) => id).sort()).toEqual(expected.sort())
  })
)

const jumps = fc.oneof(
  fc.integer({ min: 0, max: 2 * minute }),
  fc.integer({ min: -6_000, max: 6_000 }),
  fc.constantFrom(-60, -5, 5, 60).map((minutes) => minutes * minute)
)
const tick = jumps.map((by) =>
  command(`the clock jumps by ${by}`, async (model, { clock }) => {
    clock.at += by
    model.now += by
  })
)

const anyCommands = fc.commands([open, resolve, consume, reuse, look, expire, tick], {
  maxCommands: 60,
  size: 'max'
})

async function check(
  numRuns: number,
  name: string,
  share: () => Omit<Real, 'clock'> & { clock?: Clock }
): Promise<void> {
  const seed = seedOf(name)
  await fc.assert(
    fc.asyncProperty(anyCommands, async (all) => {
      const real = share() as Real
      await fc.asyncModelRun(() => ({ model: { now: real.clock.at, entries: [] }, real }), all)
      for (const each of real.sharers) await each.close()
    }),
    { numRuns, seed }
  )
}

test('in memory, every interleaving does what the model says', { timeout: 3_600_000 }, async () => {
  await check(long ? 100_000 : 1_000, 'interleavings in memory', () => {
    const clock = new Clock()
    // The tenant's history must not be forgotten: the model forgets nothing.
    const approvals = memoryApprovals({ now: clock.now, retentionMs: 1e12 })
    return { clock, sharers: [approvals, approvals] }
  })
})

const folder = mkdtempSync(join(tmpdir(), 'approvals-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('in SQLite, on two connections, too', { timeout: 3_600_000 }, async () => {
  let file = 0
  await check(long ? 10_000 : 60, 'interleavings in SQLite', () => {
    const clock = new Clock()
    const path = join(folder, `${file++}.db`)
    const sharers = [0, 1].map(() => {
      const database = new DatabaseSync(path)
      const approvals = sqliteApprovals({ database, now: clock.now, retentionMs: 1e12 })
      // Not what is tested here, and slow.
      database.exec('pragma synchronous = off')
      return { ...approvals, close: async () => database.close() }
    })
    return { clock, sharers }
  })
})
