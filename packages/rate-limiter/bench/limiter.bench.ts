/**
 * How long a take is, with 1, 10⁴ and 10⁶ keys, beside a bare Map and another limiter.
 *
 * `node packages/rate-limiter/bench/limiter.bench.ts [--quick]`. Exits with 1 when a target is missed,
 * except with --quick.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import {
  type BudgetAccount,
  memoryBudgets,
  memoryRateLimiter,
  type RateLimit
} from '../src/index.ts'
import { sqliteBudgets, sqliteRateLimiter } from '../src/sqlite/index.ts'
import { controlSubject, measure, type Subject, type Timing } from './measure.ts'

const quick = process.argv.includes('--quick')
const rounds = quick ? 3 : 11
const calls = quick ? 20_000 : 300_000
const sizes = [1, 10_000, 1_000_000] as const
/** How many of the keys are in use when only some are. */
const inUse = 64

const window: RateLimit = { max: 1e9, windowMs: 60_000 }
const burst: RateLimit = { max: 1e9, windowMs: 60_000, burst: 1e9 }

/** Takes so many times, for the agents in this order, over and over. */
type Contender = (order: readonly string[], times: number) => unknown

checkAgreement()
const folder = mkdtempSync(join(tmpdir(), 'limiter-bench-'))
try {
  const timings = await measure(
    [...memorySubjects(), ...storedSubjects(), controlSubject()],
    rounds
  )
  const isMet = report(timings)
  if (!isMet && !quick) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

/** A limiter that counts nothing would be fast. */
function checkAgreement(): void {
  const limiter = memoryRateLimiter()
  const counts = new Map<string, number>()
  const limit = { max: 3, windowMs: 1000 }
  for (let at = 0; at < 1000; at++) {
    const agent = `agent-${(at * 7919) % 250}`
    const count = (counts.get(agent) ?? 0) + 1
    counts.set(agent, count)
    const { ok } = limiter.take({ tenant: 'local', scope: 'shell', agent }, limit, 1)
    if (ok !== count <= 3) throw new Error(`the limiter and a counter differ for ${agent}`)
  }
}

function memorySubjects(): Subject[] {
  return sizes.flatMap((size) => {
    const agents = Array.from({ length: size }, (_, at) => `agent-${at}`)
    const orders = new Map([
      ['few in use', orderOf(agents, Math.min(inUse, size))],
      ['all at random', orderOf(agents, size)]
    ])
    const contenders: Readonly<Record<string, Contender>> = {
      window: limiterContender(window, size),
      burst: limiterContender(burst, size),
      map: mapContender(),
      // It keeps a timer for each key; with a million of them it would measure those.
      ...(size <= 10_000 && { flexible: flexibleContender() })
    }
    return Object.entries(contenders).flatMap(([name, run]) => {
      run(agents, size)
      return [...orders].map(([access, order]) => ({
        name: `${name} ${size} ${access}`,
        calls: name === 'flexible' ? Math.ceil(calls / 10) : calls,
        run: (times: number) => run(order, times)
      }))
    })
  })
}

/** Names in the order in which they are asked for, so that no time is spent on choosing. */
function orderOf(agents: readonly string[], among: number): string[] {
  const step = Math.floor(agents.length / among)
  let random = 1
  return Array.from({ length: 2 ** 18 }, () => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    return agents[((random >>> 8) % among) * step] as string
  })
}

// Each has a loop of its own, as a caller has a place of its own from which it calls.

function limiterContender(limit: RateLimit, size: number): Contender {
  const limiter = memoryRateLimiter({ maxKeys: 4 * size + 1000 })
  let started = 0
  return (order, times) => {
    let last: unknown
    let at = 0
    started += 0.5
    for (let call = 0; call < times; call++) {
      const agent = order[at] as string
      if (++at === order.length) at = 0
      const now = started + call * 0.000001
      last = limiter.take({ tenant: 'local', scope: 'shell', agent }, limit, now)
    }
    return last
  }
}

/** The least that counting per key costs: no windows, no limit, no bound. */
function mapContender(): Contender {
  const counters = new Map<string, { count: number }>()
  return (order, times) => {
    let last: unknown
    let at = 0
    for (let call = 0; call < times; call++) {
      const agent = order[at] as string
      if (++at === order.length) at = 0
      const counter = counters.get(agent)
      if (counter) counter.count++
      else counters.set(agent, { count: 1 })
      last = counter
    }
    return last
  }
}

/**
 * Its keys are one text each, so the three parts are joined, in the shortest way. Its answer is a
 * promise, and is not known before that is kept.
 */
function flexibleContender(): Contender {
  const limiter = new RateLimiterMemory({ points: 1e9, duration: 60 })
  const key = { tenant: 'local', scope: 'shell' }
  return async (order, times) => {
    let last: unknown
    let at = 0
    for (let call = 0; call < times; call++) {
      const agent = order[at] as string
      if (++at === order.length) at = 0
      last = await limiter.consume(`${key.tenant}:${key.scope}:${agent}`, 1)
    }
    return last
  }
}

function storedSubjects(): Subject[] {
  const database = new DatabaseSync(join(folder, 'limits.db'))
  database.exec('pragma journal_mode = wal')
  const limiter = sqliteRateLimiter({ database })
  const account: BudgetAccount = { tenant: 'local', holder: 'session', id: 's', period: 'ever' }
  const charges = [
    { account, limitMicros: 1e12 },
    { account: { ...account, holder: 'agent', period: 'day' } as const, limitMicros: 1e12 },
    { account: { ...account, holder: 'agent', period: 'month' } as const, limitMicros: 1e12 }
  ]
  const now = Date.now()
  const stored = sqliteBudgets({ database })
  const inMemory = memoryBudgets()
  const repeat = (name: string, times: number, call: () => unknown): Subject => ({
    name,
    calls: times,
    async run(count) {
      let last: unknown
      for (let done = 0; done < count; done++) last = await call()
      return last
    }
  })
  return [
    repeat('sqlite take', quick ? 20 : 200, () =>
      limiter.take({ tenant: 'local', scope: 'shell', agent: 'a' }, window, now)
    ),
    repeat('sqlite reserve', quick ? 20 : 200, () => stored.reserve(charges, 1, now)),
    repeat('memory reserve', Math.ceil(calls / 20), () => inMemory.reserve(charges, 1, now))
  ]
}

function report(timings: ReadonlyMap<string, Timing>): boolean {
  const of = (name: string): Timing => timings.get(name) as Timing
  const contenders = ['window', 'burst', 'map', 'flexible']
  for (const access of ['few in use', 'all at random'] as const) {
    const what = access === 'few in use' ? `${inUse} of the keys in use` : 'all keys, at random'
    console.log(`Nanoseconds per take, ${what}: median (minimum)\n`)
    console.log(row('keys', contenders.map(label)))
    for (const size of sizes) {
      const cells = contenders.map((name) => shown(timings.get(`${name} ${size} ${access}`)))
      console.log(row(size.toLocaleString('en-US'), cells))
    }
    console.log()
  }
  console.log('Microseconds per call, three accounts per reservation: median (minimum)\n')
  for (const name of ['memory reserve', 'sqlite take', 'sqlite reserve']) {
    const { median, min } = of(name)
    console.log(row(name, [`${(median / 1000).toFixed(2)} (${(min / 1000).toFixed(2)})`]))
  }
  console.log(`
"few in use" is what the algorithm costs: nothing in it depends on how many keys there are.
"all at random" over a million keys adds what memory costs: each take then reads a key, an entry of
the hash table and a bucket that are in no cache. The bare Map shows the same.
`)
  const million = of('window 1000000 few in use')
  const targets = [
    atMost(2, '10⁶ keys / 1 key, few in use', [million, of('window 1 few in use')]),
    atMost(2, '10⁶ keys / 10⁴ keys, few in use', [million, of('window 10000 few in use')]),
    atMost(4, 'ours / bare Map, 10⁶ keys at random', [
      of('window 1000000 all at random'),
      of('map 1000000 all at random')
    ]),
    atLeast(3, 'rate-limiter-flexible / ours, 10⁴ keys', [
      of('flexible 10000 few in use'),
      of('window 10000 few in use')
    ])
  ]
  for (const { text } of targets) console.log(text)
  const control = of('control')
  const isBusy = control.max > 1.25 * control.min
  if (isBusy)
    console.log('\nThe machine was busy: work that is always the same differed by more than 25 %.')
  return isBusy || targets.every(({ met }) => met)
}

type Pair = readonly [by: Timing, to: Timing]

function atMost(goal: number, name: string, pair: Pair) {
  return target(`${name}, at most ${goal}×`, pair, (ratio) => ratio <= goal)
}

function atLeast(goal: number, name: string, pair: Pair) {
  return target(`${name}, at least ${goal}×`, pair, (ratio) => ratio >= goal)
}

function target(name: string, [by, to]: Pair, holds: (ratio: number) => boolean) {
  const [medians, minima] = [by.median / to.median, by.min / to.min]
  const met = holds(medians) && holds(minima)
  const text = `${name}: ${medians.toFixed(1)}× (${minima.toFixed(1)}×): ${met ? 'met' : 'MISSED'}`
  return { met, text }
}

function label(name: string): string {
  const labels: Readonly<Record<string, string>> = {
    window: 'fixed window',
    burst: 'token bucket',
    map: 'bare Map',
    flexible: 'rate-limiter-flexible'
  }
  return labels[name] as string
}

function shown(timing: Timing | undefined): string {
  return timing ? `${timing.median.toFixed(0)} (${timing.min.toFixed(0)})` : '-'
}

function row(first: string, cells: readonly string[]): string {
  return [first.padEnd(16), ...cells.map((cell) => cell.padStart(22))].join('')
}
