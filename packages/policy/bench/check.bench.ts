/**
 * How long a check takes, beside a scan of the same rules, picomatch, casbin and Cedar.
 *
 * `node bench/check.bench.ts [--quick]`. Exits with 1 when a target is missed, except with --quick.
 */
import { compilePolicy } from '../src/compile-policy.ts'
import { ActionSource, scenarios, timedScenarios } from './actions.ts'
import { type Decide, type EngineName, engineNames, engines } from './engines.ts'
import {
  type Growth,
  type LargeInput,
  leastMs,
  measureLargeInputs,
  measurePicomatchWorstCase,
  measureWorstCases,
  mebibyte,
  patternsWithoutKeys
} from './extremes.ts'
import {
  bestOf,
  Measurement,
  mean,
  type Ratio,
  ratio,
  runRounds,
  spread,
  type Timing
} from './measure.ts'
import { type BenchRule, type BenchScope, benchRules, benchYaml, scopes } from './policies.ts'
import { printTable, printTargets, shown, shownRatio, shownTimes, type Target } from './report.ts'

const quick = process.argv.includes('--quick')
const sizes = [10, 100, 1_000, 10_000] as const
type Size = (typeof sizes)[number]
type TimedScenario = (typeof timedScenarios)[number]

const rounds = quick ? 3 : 11
const sampleMs = quick ? 2 : 10
const attempts = quick ? 2 : 5

/** A policy in every engine. */
interface Loaded {
  readonly scope: BenchScope
  readonly size: Size
  readonly rules: readonly BenchRule[]
  readonly decide: ReadonlyMap<EngineName, Decide>
  /** Milliseconds that loading took. */
  readonly loadMs: ReadonlyMap<EngineName, number>
}

const started = performance.now()
const policies: Loaded[] = []
for (const scope of scopes) {
  for (const size of sizes) policies.push(await load(scope, size))
}
const agreed = policies.reduce((sum, policy) => sum + checkAgreement(policy), 0)
console.log(`All engines agree, in ${agreed.toLocaleString('en-US')} comparisons.\n`)

const cells = measure()
printChecks()
const targets = [...speedTargets(), ...growthTargets(), ...throughputTargets(), ...extremeTargets()]
printLoading()
printSlower()
printTargets(targets)
console.log(`Took ${shown((performance.now() - started) / 1000)} s.`)
if (!quick && targets.some((target) => !target.met)) process.exitCode = 1

async function load(scope: BenchScope, size: Size): Promise<Loaded> {
  const rules = benchRules(scope, size)
  const decide = new Map<EngineName, Decide>()
  const loadMs = new Map<EngineName, number>()
  for (const name of engineNames) {
    const before = performance.now()
    decide.set(name, await engines[name](scope, rules))
    loadMs.set(name, performance.now() - before)
  }
  return { scope, size, rules, decide, loadMs }
}

/** Stops the run where two engines do not agree; returns the number of actions compared. */
function checkAgreement({ scope, size, rules, decide }: Loaded): number {
  let compared = 0
  for (const scenario of scenarios) {
    const actions = new ActionSource(scope, rules, scenario, size).next(400)
    const expected = actions.map(decide.get('agentguard') as Decide)
    for (const [name, ask] of decide) {
      const asked = actions.slice(0, agreementCount(name, size))
      const differs = asked.findIndex((action, at) => ask(action) !== expected[at])
      if (differs !== -1) {
        const where = JSON.stringify(actions[differs])
        throw new Error(`${name} and agentguard (${expected[differs]}) differ on ${where}`)
      }
      if (name !== 'agentguard') compared += asked.length
    }
  }
  return compared
}

/** How many actions an engine is asked about before it is timed: the slow ones fewer. */
function agreementCount(engine: EngineName, size: Size): number {
  const isFast = engine === 'agentguard' || engine === 'linear scan'
  return isFast ? 400 : Math.max(2, (quick ? 1_000 : 20_000) / size)
}

interface Cell {
  readonly scope: BenchScope
  readonly size: Size
  readonly scenario: TimedScenario
  readonly engine: EngineName
  readonly timing: Timing
}

function measure(): Cell[] {
  const measured = policies.flatMap((policy) =>
    timedScenarios.flatMap((scenario) =>
      engineNames.map((engine) => subject(policy, scenario, engine))
    )
  )
  for (const { measurement } of measured) measurement.calibrate(sampleMs)
  const control = runRounds(
    measured.map(({ measurement }) => measurement),
    rounds
  )
  reportControl(control)
  return measured.map(({ measurement, ...cell }) => ({ ...cell, timing: measurement.timing() }))
}

function subject(
  { scope, size, rules, decide }: Loaded,
  scenario: TimedScenario,
  engine: EngineName
): Omit<Cell, 'timing'> & { measurement: Measurement } {
  const source = new ActionSource(scope, rules, scenario, 1_000 + size)
  const ask = decide.get(engine) as Decide
  const measurement = new Measurement({
    // Not one action alone: which it is would decide what is measured.
    leastUnits: quick ? 2 : 4,
    prepare(count) {
      const actions = source.next(count)
      return () => {
        let allowed = 0
        for (const action of actions) if (ask(action) === 'allow') allowed++
        return allowed
      }
    }
  })
  return { scope, size, scenario, engine, measurement }
}

function reportControl(control: readonly number[]): void {
  const varied = spread(control)
  const percent = shown(varied * 100)
  console.log(`${rounds} rounds; the control, the same work in each round, varied by ${percent} %.`)
  if (varied > 0.25) console.log('NOTE: by more than 25 %: the machine was busy, read ratios only.')
  console.log()
}

function timing(
  engine: EngineName,
  scope: BenchScope,
  size: Size,
  scenario: TimedScenario
): Timing {
  const found = cells.find(
    (cell) =>
      cell.engine === engine &&
      cell.scope === scope &&
      cell.size === size &&
      cell.scenario === scenario
  )
  return (found as Cell).timing
}

/** Of an equal mixture of the scenarios. */
function mixture(engine: EngineName, scope: BenchScope, size: Size): Timing {
  return mean(timedScenarios.map((scenario) => timing(engine, scope, size, scenario)))
}

function printChecks(): void {
  console.log('Nanoseconds per check: median (minimum)\n')
  const rows = scopes.flatMap((scope) =>
    timedScenarios.flatMap((scenario) =>
      sizes.map((size) => [
        `${scope}, ${scenario}, ${shown(size)} rules`,
        ...engineNames.map((engine) => {
          const { median, min } = timing(engine, scope, size, scenario)
          return `${shown(median)} (${shown(min)})`
        })
      ])
    )
  )
  printTable(['', ...engineNames], rows)

  console.log('How many times as long as agentguard: medians (minima)\n')
  const others = engineNames.filter((name) => name !== 'agentguard')
  const ratios = scopes.flatMap((scope) =>
    sizes.flatMap((size) => [
      ...timedScenarios.map((scenario) => [
        `${scope}, ${scenario}, ${shown(size)} rules`,
        ...others.map((engine) =>
          shownRatio(
            ratio(
              timing(engine, scope, size, scenario),
              timing('agentguard', scope, size, scenario)
            )
          )
        )
      ]),
      [
        `${scope}, equal mixture, ${shown(size)} rules`,
        ...others.map((engine) => shownRatio(mixtureRatio(engine, scope, size)))
      ]
    ])
  )
  printTable(['', ...others], ratios)

  console.log('From 10 rules to 10,000, how many times as long: medians (minima)\n')
  const growths = scopes.flatMap((scope) =>
    timedScenarios.map((scenario) => [
      `${scope}, ${scenario}`,
      ...engineNames.map((engine) => shownRatio(growthOf(engine, scope, scenario)))
    ])
  )
  printTable(['', ...engineNames], growths)
}

function mixtureRatio(engine: EngineName, scope: BenchScope, size: Size): Ratio {
  return ratio(mixture(engine, scope, size), mixture('agentguard', scope, size))
}

function growthOf(engine: EngineName, scope: BenchScope, scenario: TimedScenario): Ratio {
  return ratio(timing(engine, scope, 10_000, scenario), timing(engine, scope, 10, scenario))
}

function speedTargets(): Target[] {
  const medians = scopes.flatMap((scope) =>
    timedScenarios.map((scenario) => timing('agentguard', scope, 10_000, scenario).median)
  )
  const worst = Math.max(...medians)
  return [
    {
      name: 'check with 10,000 rules, slowest case',
      goal: '< 2 µs',
      measured: `${shown(worst / 1000)} µs`,
      met: worst < 2_000,
      beyond: { goal: '< 1 µs', met: worst < 1_000 }
    }
  ]
}

function growthTargets(): Target[] {
  const growths = scopes.flatMap((scope) =>
    timedScenarios.map((scenario) => growthOf('agentguard', scope, scenario))
  )
  const worst = {
    medians: Math.max(...growths.map(({ medians }) => medians)),
    minima: Math.max(...growths.map(({ minima }) => minima))
  }
  const largest = Math.max(worst.medians, worst.minima)
  return [
    {
      name: 'growth from 10 rules to 10,000, worst case',
      goal: '< 4×',
      measured: shownRatio(worst),
      met: largest < 4,
      beyond: { goal: '< 2×', met: largest < 2 }
    }
  ]
}

function throughputTargets(): Target[] {
  const goals = { 'cedar-wasm': 1_000, casbin: 300 } as const
  return (['cedar-wasm', 'casbin'] as const).map((engine) => {
    const ratios = scopes.map((scope) => mixtureRatio(engine, scope, 1_000))
    const least = {
      medians: Math.min(...ratios.map(({ medians }) => medians)),
      minima: Math.min(...ratios.map(({ minima }) => minima))
    }
    return {
      name: `throughput over ${engine}'s, 1,000 rules, equal mixture, worst scope`,
      goal: `≥ ${shownTimes(goals[engine])}`,
      measured: shownRatio(least),
      met: Math.min(least.medians, least.minima) >= goals[engine]
    }
  })
}

function extremeTargets(): Target[] {
  const large = measureLargeInputs(attempts)
  console.log('1 MiB of text against 10,000 rules\n')
  printTable(
    ['', 'ms', 'length'],
    large.map(({ scope, name, milliseconds, length }) => [
      `${scope}: ${name}`,
      shown(milliseconds),
      length === mebibyte ? '1 MiB' : `stopped at ${shown(length / 1024)} KiB`
    ])
  )
  const worst = measureWorstCases(attempts)
  console.log(
    'Worst-case patterns: exponent of the growth over the last three doublings (1 is linear)\n'
  )
  printTable(
    ['', 'ms', 'length', 'exponent'],
    [...worst, measurePicomatchWorstCase(attempts)].map(growthRow)
  )
  printUnindexed()
  return [largeTarget(large), worstTarget(worst)]
}

function growthRow({ name, milliseconds, length, exponent }: Growth): string[] {
  return [name, shown(milliseconds), shown(length), exponent.toFixed(2)]
}

function largeTarget(inputs: readonly LargeInput[]): Target {
  const slowest = inputs.reduce((a, b) => (projected(b) > projected(a) ? b : a))
  const stopped = slowest.length < mebibyte ? ` at ${shown(slowest.length / 1024)} KiB` : ''
  return {
    name: `1 MiB of text, slowest: ${slowest.scope}, ${slowest.name}`,
    goal: '< 10 ms',
    measured: `${shown(slowest.milliseconds)} ms${stopped}`,
    met: projected(slowest) < 10
  }
}

/** At the least, what 1 MiB takes. */
function projected({ milliseconds, length }: LargeInput): number {
  return (milliseconds * mebibyte) / length
}

function worstTarget(cases: readonly Growth[]): Target {
  // 8 MiB in less than a millisecond is the speed of memory, whose caches bend the line.
  const steepest = cases
    .filter(({ milliseconds }) => milliseconds >= leastMs)
    .reduce((a, b) => (b.exponent > a.exponent ? b : a))
  return {
    name: `worst-case patterns of ${leastMs} ms and more, steepest: ${steepest.name}`,
    goal: 'exponent ≤ 1.2',
    measured: steepest.exponent.toFixed(2),
    met: steepest.exponent <= 1.2
  }
}

/** What an index cannot help with. */
function printUnindexed(): void {
  const policy = patternsWithoutKeys(10_000)
  const request = { scope: 'shell', command: 'git commit --amend --no-edit --quiet' }
  // A place of its own keeps what is remembered out of the measure.
  const took = bestOf(attempts * 4, () => policy.check(request, undefined, {})) * 1e6
  const usual = mixture('agentguard', 'shell', 10_000).min
  console.log(
    `10,000 patterns without three literal characters in a row: ${shown(took)} ns a check,`
  )
  console.log(`${shownTimes(took / usual)} that of 10,000 usual ones.\n`)
}

function printLoading(): void {
  console.log('Milliseconds to load 10,000 rules: once, the last one from a policy file\n')
  printTable(
    ['', ...engineNames, 'agentguard, YAML'],
    policies
      .filter(({ size }) => size === 10_000)
      .map(({ scope, rules, loadMs }) => [
        scope,
        ...engineNames.map((engine) => shown(loadMs.get(engine) as number)),
        shown(bestOf(1, () => compileText(benchYaml(scope, rules), rules.length)))
      ])
  )
}

function compileText(text: string, ruleCount: number): void {
  const compiled = compilePolicy(text)
  if (!compiled.ok || compiled.ruleCount !== ruleCount) throw new Error('the policy file is wrong')
}

/** Where another engine is faster. */
function printSlower(): void {
  const slower = cells.flatMap(({ engine, scope, size, scenario, timing: other }) => {
    const { medians, minima } = ratio(other, timing('agentguard', scope, size, scenario))
    return medians < 1 || minima < 1
      ? [[`${scope}, ${scenario}, ${shown(size)} rules`, engine, shownRatio({ medians, minima })]]
      : []
  })
  console.log('Where another takes less time than agentguard\n')
  printTable(['', 'engine', 'of our time'], slower)
}
