import { readFileSync } from 'node:fs'
import { memoryApprovals } from '@agentguard/approvals'
import { openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { compilePolicy, microDollars, type Policy } from '@agentguard/policy'
import type { ActionRequest, AuditEntry, CheckResult, Decision } from '@agentguard/protocol'
import {
  type BudgetAccount,
  type Budgets,
  memoryBudgets,
  memoryRateLimiter
} from '@agentguard/rate-limiter'
import { afterAll, expect, test } from 'vitest'
import { differences as policyDifferences } from '../../policy/test/differences.ts'
import { createGuard, createHistory, type Guard, rebuildHistory } from '../src/index.ts'
import { noon, signer } from './world.ts'

/** A line of recorded verdicts. The README of `vectors` in `packages/policy` explains the members. */
interface Line {
  readonly id: string
  readonly policy_yaml: string
  readonly load: { readonly ok: boolean }
  readonly tenants?: Readonly<Record<string, string>>
  readonly history_mode?: 'none' | 'error' | 'entries'
  readonly history?: readonly PastAction[]
  readonly steps: readonly Step[]
}

interface PastAction {
  readonly age_ms: number
  readonly agent_id: string
  readonly scope: string
  readonly action: string
  readonly command: string
  readonly decision: Decision
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
  readonly costs_after?: readonly { tenant: string; session: string; total: number }[]
}

interface Compared {
  readonly line: Line
  readonly policy: Policy | undefined
  readonly action: ActionRequest
  readonly wanted: NonNullable<Step['expect']>
  readonly result: CheckResult
}

const rank: Readonly<Record<Decision, number>> = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 }

/** The differences that only a guard can show, beside those of the policy. Each tells whether it applies. */
const guardDifferences: Readonly<Record<string, (compared: Compared) => boolean>> = {
  'reloaded-limits': ({ line, wanted, result }) =>
    line.steps.some(({ op }) => op === 'reload') && isRateLimited(wanted) !== isRateLimited(result),
  'exact-money': ({ action, wanted }) =>
    !Number.isInteger(action.est_cost ?? 0) && wanted.matched_rule === 'deny:cost:max_per_session',
  'limits-finite': ({ wanted }) => wanted.matched_rule === 'deny:cost:invalid_config',
  'limits-and-rules': ({ line, action, result }) =>
    result.matched_rule === `deny:cost:${action.action}` ||
    line.policy_yaml.split('scope: cost').length > 2,
  'own-history': ({ line, action }) => line.history_mode === 'entries' && !action.agent_id
}

const docs = ['compatibility', 'limits', 'guard']
  .map((page) => readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'))
  .join('\n')
const explained = new Set<string>()

function isRateLimited({ matched_rule = '' }: Pick<CheckResult, 'matched_rule'>): boolean {
  return matched_rule.startsWith('deny:ratelimit:')
}

function readLines(path: string): Line[] {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8').trimEnd()
  return text.split('\n').map((line) => JSON.parse(line) as Line)
}

const files: Readonly<Record<string, Line[]>> = {
  'conditions.jsonl': readLines('vectors/conditions.jsonl'),
  'cost.jsonl': readLines('../../rate-limiter/test/vectors/cost.jsonl'),
  'ratelimit.jsonl': readLines('../../rate-limiter/test/vectors/ratelimit.jsonl'),
  'agents.jsonl, where rates are limited': readLines(
    '../../policy/test/vectors/agents.jsonl'
  ).filter(({ policy_yaml }) => policy_yaml.includes('rate_limit'))
}

test.each(Object.keys(files))('%s: each verdict is equal, or explained', async (file) => {
  const run = new Run()
  for (const line of files[file] ?? []) await run.line(line)
  const counts = [...run.tally].toSorted().map(([what, count]) => `${count} ${what}`)
  console.log(`${file}: ${counts.join(', ')}`)
  expect(run.unexplained).toEqual([])
})

afterAll(() => {
  for (const name of explained) expect(docs.includes(`| \`${name}\``), name).toBe(true)
})

test('the recorded conditions are those that the policy engine is tested with', () => {
  expect(files['conditions.jsonl']).toEqual(readLines('../../policy/test/vectors/conditions.jsonl'))
})

interface State {
  readonly guard: Guard
  readonly budgets: Budgets
  readonly policies: Map<string, Policy>
  readonly time: { now: number }
  /** What made our state differ from the reference's, if anything did. */
  diverged: string | undefined
}

/** Runs lines through guards, and counts how they compare. */
class Run {
  readonly tally = new Map<string, number>()
  readonly unexplained: unknown[] = []

  async line(line: Line): Promise<void> {
    if (!line.load.ok) return
    const local = compilePolicy(line.policy_yaml)
    if (!local.ok) {
      const code = local.issues[0]?.code
      return this.#count(`stricter: file refused (${code})`, line.steps.length)
    }
    const state = await openState(line, local.policy)
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
        state.time.now += step.advance_ms ?? 0
        return
      case 'reload': {
        const compiled = compilePolicy(step.policy_yaml ?? '')
        if (compiled.ok) state.policies.set('local', compiled.policy)
        return
      }
      case 'sweep': {
        const swept = await state.budgets.sweep(step.max_age_ms ?? 0, state.time.now)
        if (swept === step.evicted) return this.#count('sweep equal')
        return void this.unexplained.push({ id: line.id, step, swept })
      }
      default: {
        const micros = microDollars(step.amount ?? 0, 'up') ?? 0
        if (!step.session || micros <= 0) return
        await state.budgets[step.op]([session(step.session)], micros, state.time.now)
      }
    }
  }

  async #check(line: Line, step: Step, state: State): Promise<void> {
    const { expect: wanted, tenant = 'local', request_raw } = step
    if (!wanted || request_raw === undefined) return
    const action: ActionRequest = { scope: '', ...JSON.parse(request_raw) }
    const result = await state.guard.check(action, tenant === '' ? {} : { tenant })
    if (
      result.decision === wanted.decision &&
      result.reason === wanted.reason &&
      result.matched_rule === wanted.matched_rule
    ) {
      return this.#count('equal')
    }
    const policy = state.policies.get(tenant || 'local')
    const name = explain({ line, policy, action, wanted, result }) ?? state.diverged
    if (!name) return void this.unexplained.push({ id: line.id, action, wanted, result })
    state.diverged = name
    explained.add(name)
    const change = rank[result.decision] - rank[wanted.decision]
    this.#count(`${change > 0 ? 'stricter' : change < 0 ? 'looser' : 'another text'}: ${name}`)
  }

  async #compareTotals(line: Line, step: Step, state: State): Promise<void> {
    for (const { tenant, session: id, total } of step.costs_after ?? []) {
      const micros = await state.budgets.spent(session(id, tenant), state.time.now)
      if (Math.abs(micros / 1e6 - total) <= 1e-6) this.#count('totals equal')
      else if (state.diverged) this.#count(`totals differ: ${state.diverged}`)
      else this.unexplained.push({ id: line.id, step, micros, total })
    }
  }

  #count(name: string, by = 1): void {
    this.tally.set(name, (this.tally.get(name) ?? 0) + by)
  }
}

async function openState(line: Line, local: Policy): Promise<State> {
  const policies = new Map([['local', local]])
  for (const [tenant, text] of Object.entries(line.tenants ?? {})) {
    const compiled = compilePolicy(text)
    if (compiled.ok) policies.set(tenant, compiled.policy)
  }
  const time = { now: noon }
  const now = (): number => time.now
  const audit = await openAuditLog({ store: memoryAuditStore(), signer, redact: false, now })
  // Without a history that can be read, nothing is known, now or later.
  const knownSince = line.history_mode === 'entries' || !line.history_mode ? 0 : 8.64e15
  const history = createHistory({ knownSince })
  for (const past of line.history ?? []) await audit.append(entryOf(past))
  if (knownSince === 0) await rebuildHistory(history, audit, 0)
  const budgets = memoryBudgets()
  const guard = createGuard({
    policies: { find: (tenant) => policies.get(tenant) },
    approvals: memoryApprovals({ now, limits: { maxPendingPerAgent: 1000 } }),
    audit,
    limiter: memoryRateLimiter(),
    budgets,
    history,
    now
  })
  return { guard, budgets, policies, time, diverged: undefined }
}

function entryOf({ age_ms, agent_id, scope, action, command, decision }: PastAction): AuditEntry {
  return {
    timestamp: new Date(noon - age_ms).toISOString(),
    session_id: '',
    agent_id,
    request: { scope, action, command, agent_id },
    result: { decision, reason: '' },
    duration_ms: 0
  }
}

function session(id: string, tenant = 'local'): BudgetAccount {
  return { tenant, holder: 'session', id, period: 'ever' }
}

function explain(compared: Compared): string | undefined {
  const { policy, action, wanted, result } = compared
  const own = Object.keys(guardDifferences).find((name) => guardDifferences[name]?.(compared))
  if (own || !policy) return own
  const isLooser = rank[result.decision] < rank[wanted.decision]
  const { document } = policy
  const found = policyDifferences.find(
    (one) => (one.mayLoosen || !isLooser) && one.appliesTo({ document, action })
  )
  return found?.id
}
