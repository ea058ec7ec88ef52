import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { compilePolicy, type Policy } from '@agentguard/policy'
import type { ActionRequest, CheckResult, Decision } from '@agentguard/protocol'
import { afterAll, describe, expect, test } from 'vitest'
import { microDollars } from '../../policy/src/micro-dollars.ts'
import { type Budgets, memoryBudgets, memoryRateLimiter, type RateLimiter } from '../src/index.ts'
import { sqliteBudgets, sqliteRateLimiter } from '../src/sqlite/index.ts'
import { session } from './accounts.ts'
import { SmallGuard } from './small-guard.ts'

interface Total {
  readonly tenant: string
  readonly session: string
  readonly total: number
}

interface Step {
  readonly op?: 'advance' | 'record' | 'refund' | 'sweep' | 'reload'
  readonly tenant?: string
  readonly request_raw?: string
  readonly expect?: Pick<CheckResult, 'decision' | 'reason' | 'matched_rule'>
  readonly advance_ms?: number
  readonly session?: string
  readonly amount?: number
  readonly max_age_ms?: number
  readonly evicted?: number
  readonly policy_yaml?: string
  readonly costs_after?: readonly Total[]
}

interface Line {
  readonly id: string
  readonly policy_yaml: string
  readonly tenants?: Readonly<Record<string, string>>
  readonly limiter?: boolean
  readonly steps: readonly Step[]
}

interface Compared {
  readonly line: Line
  readonly action: ActionRequest
  readonly wanted: NonNullable<Step['expect']>
  readonly result: CheckResult
}

/**
 * The ways in which limits differ from those of the reference; `docs/limits.md` says the same in words.
 * Each tells whether it can be why two verdicts differ.
 */
const differences = {
  /** A limit that is reloaded holds at once; the reference keeps the old one for keys in use. */
  'reloaded-limits': ({ line }: Compared) => line.limiter === true && hasReload(line),
  /** The rules beside limits, and later rule sets, are judged too. */
  'limits-and-rules': ({ line, action, result }: Compared) =>
    result.matched_rule === `deny:cost:${action.action}` ||
    line.policy_yaml.split('scope: cost').length > 2,
  /** A limit that is no number is refused when the file is loaded, and the policy in force stays. */
  'limits-finite': ({ wanted }: Compared) => wanted.matched_rule === 'deny:cost:invalid_config',
  /** Micro-dollars are exact; binary fractions are not. */
  'exact-money': ({ action, wanted }: Compared) =>
    !Number.isInteger(action.est_cost ?? 0) && wanted.matched_rule === 'deny:cost:max_per_session'
} as const

type Difference = keyof typeof differences

const strictness: Record<Decision, number> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }
const start = Date.UTC(2026, 0, 15, 12)
const limits = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8')

const drivers: Readonly<Record<string, () => readonly [RateLimiter, Budgets]>> = {
  memory: () => [memoryRateLimiter(), memoryBudgets()],
  sqlite: () => {
    const database = new DatabaseSync(':memory:')
    return [sqliteRateLimiter({ database }), sqliteBudgets({ database })]
  }
}

const explained = new Set<string>()

describe.each(Object.keys(drivers))(
  'recorded verdicts and totals of the reference: %s',
  (driver) => {
    async function runLines(name: string, lines: readonly Line[]): Promise<void> {
      const run = new VectorRun(drivers[driver] as () => readonly [RateLimiter, Budgets])
      for (const line of lines) await run.line(line)
      const counts = [...run.tally].toSorted().map(([what, count]) => `${count} ${what}`)
      if (driver === 'memory') console.log(`${name}: ${counts.join(', ')}`)
      expect(run.unexplained).toEqual([])
    }

    test.each(['ratelimit.jsonl', 'cost.jsonl'])('%s', (file) => runLines(file, readLines(file)))

    test('cost.jsonl, without the rules beside limits, which the reference ignores', () => {
      const ignored = '    deny: [{action: ignored}]\n'
      const lines = readLines('cost.jsonl').filter((line) => line.policy_yaml.includes(ignored))
      return runLines(
        'cost.jsonl without rules beside limits',
        lines.map((line) => ({ ...line, policy_yaml: line.policy_yaml.replace(ignored, '') }))
      )
    })
  }
)

afterAll(() => {
  for (const name of explained) expect(limits).toContain(`\`${name}\``)
})

/** Runs lines and counts how their steps compare with the reference. */
class VectorRun {
  readonly tally = new Map<string, number>()
  readonly unexplained: unknown[] = []
  readonly #create: () => readonly [RateLimiter, Budgets]

  constructor(create: () => readonly [RateLimiter, Budgets]) {
    this.#create = create
  }

  async line(line: Line): Promise<void> {
    const local = compilePolicy(line.policy_yaml)
    if (!local.ok) {
      // Refusing a file that the reference loads is stricter than any verdict.
      return this.#count(`stricter: file refused (${local.issues[0]?.code})`, line.steps.length)
    }
    const [limiter, budgets] = this.#create()
    const guard = new SmallGuard(limiter, budgets, line.limiter === true)
    const policies = new Map<string, Policy>([['local', local.policy]])
    for (const [tenant, text] of Object.entries(line.tenants ?? {})) {
      const compiled = compilePolicy(text)
      if (compiled.ok) policies.set(tenant, compiled.policy)
    }
    const state: State = { guard, budgets, policies, now: start, diverged: undefined }
    for (const step of line.steps) {
      await this.#step(line, step, state)
      await this.#compareTotals(line, step, state)
    }
  }

  async #step(line: Line, step: Step, state: State): Promise<void> {
    switch (step.op) {
      case undefined:
        return this.#check(line, step, state)
      case 'advance':
        state.now += step.advance_ms ?? 0
        return
      case 'reload': {
        const compiled = compilePolicy(step.policy_yaml ?? '')
        if (compiled.ok) state.policies.set('local', compiled.policy)
        return
      }
      case 'sweep': {
        const swept = await state.budgets.sweep(step.max_age_ms ?? 0, state.now)
        return this.#compare(swept === step.evicted, 'sweep', { id: line.id, step, swept })
      }
      default: {
        // What is nobody's or not above 0 is for the caller to ignore, as the reference does.
        const micros = microDollars(step.amount ?? 0, 'up') ?? 0
        if (!step.session || micros <= 0) return
        return state.budgets[step.op]([session(step.session)], micros, state.now)
      }
    }
  }

  async #check(line: Line, step: Step, state: State): Promise<void> {
    const tenant = step.tenant || 'local'
    const policy = state.policies.get(tenant)
    // A request that is no JSON, and a tenant without a policy, never reach the limiter.
    if (!step.expect || !policy) return
    const action: ActionRequest = { scope: '', ...JSON.parse(step.request_raw as string) }
    const result = await state.guard.check(policy, { tenant, action, now: state.now })
    const { decision, reason, matched_rule } = step.expect
    if (
      result.decision === decision &&
      result.reason === reason &&
      result.matched_rule === matched_rule
    ) {
      return this.#count('verdicts equal')
    }
    const change = strictness[result.decision] - strictness[decision]
    const name = explain({ line, action, wanted: step.expect, result }) ?? state.diverged
    if (!name)
      return void this.unexplained.push({ id: line.id, action, wanted: step.expect, result })
    state.diverged = name
    explained.add(name)
    this.#count(`${change > 0 ? 'stricter' : change < 0 ? 'looser' : 'another text'}: ${name}`)
  }

  async #compareTotals(line: Line, step: Step, state: State): Promise<void> {
    for (const { tenant, session: id, total } of step.costs_after ?? []) {
      const micros = await state.budgets.spent(session(id, tenant), state.now)
      if (micros / 1e6 === total) this.#count('totals equal')
      // Each amount is rounded up to a micro-dollar, and binary fractions err a little.
      else if (Math.abs(micros / 1e6 - total) <= 1e-6)
        this.#count('totals equal but for exact-money')
      else if (state.diverged) this.#count(`totals differ: ${state.diverged}`)
      else this.unexplained.push({ id: line.id, step, micros, total })
    }
  }

  #compare(isEqual: boolean, what: string, otherwise: unknown): void {
    if (isEqual) this.#count(`${what} equal`)
    else this.unexplained.push(otherwise)
  }

  #count(name: string, by = 1): void {
    this.tally.set(name, (this.tally.get(name) ?? 0) + by)
  }
}

interface State {
  readonly guard: SmallGuard
  readonly budgets: Budgets
  readonly policies: Map<string, Policy>
  now: number
  /** What made our state differ from the reference's, if anything did. */
  diverged: Difference | undefined
}

function explain(compared: Compared): Difference | undefined {
  const names = Object.keys(differences) as Difference[]
  return names.find((name) => differences[name](compared))
}

function hasReload(line: Line): boolean {
  return line.steps.some(({ op }) => op === 'reload')
}

function readLines(file: string): Line[] {
  const text = readFileSync(new URL(`vectors/${file}`, import.meta.url), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}
