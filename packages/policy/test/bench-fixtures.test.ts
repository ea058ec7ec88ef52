import { describe, expect, it } from 'vitest'
import { ActionSource, type Scenario, scenarios } from '../bench/actions.ts'
import { engineNames, engines, type Outcome } from '../bench/engines.ts'
import { type BenchScope, benchRules, fieldOf, scopes } from '../bench/policies.ts'

/** How many actions the scanning engines are asked about, policy by policy: they are slow. */
const asked: Record<number, number> = { 10: 200, 1000: 40 }

const expected: Record<Scenario, readonly Outcome[]> = {
  'hit early': ['deny'],
  'hit late': ['allow'],
  miss: ['none'],
  any: ['allow', 'deny', 'require_approval']
}

describe.each(scopes)('%s fixtures', (scope) => {
  it.each([10, 1_000])('get the same verdicts from all engines at %i rules', async (size) => {
    const rules = benchRules(scope, size)
    const loaded = await Promise.all(engineNames.map((name) => engines[name](scope, rules)))
    for (const scenario of scenarios) {
      const actions = new ActionSource(scope, rules, scenario, 7).next(asked[size] as number)
      const [ours, ...others] = loaded.map((decide) => actions.map(decide)) as [Outcome[]]
      expect([...new Set(ours)].sort()).toEqual(expected[scenario])
      for (const other of others) expect(other).toEqual(ours)
    }
  })

  it('get the same verdicts as from a scan at 10000 rules', async () => {
    const rules = benchRules(scope, 10_000)
    const ours = await engines.agentguard(scope, rules)
    const scan = await engines['linear scan'](scope, rules)
    for (const scenario of scenarios) {
      const actions = new ActionSource(scope, rules, scenario, 7).next(1_000)
      const outcomes = actions.map(ours)
      expect([...new Set(outcomes)].sort()).toEqual(expected[scenario])
      expect(actions.map(scan)).toEqual(outcomes)
    }
  })

  it('are the same for the same seed and new texts within a run', () => {
    const rules = benchRules(scope, 100)
    expect(benchRules(scope, 100)).toEqual(rules)
    const source = new ActionSource(scope, rules, 'hit early', 7)
    const batches = [source.next(50), source.next(50)]
    const again = new ActionSource(scope, rules, 'hit early', 7)
    expect([again.next(50), again.next(50)]).toEqual(batches)
    const wildcards = batches.flat().filter((action) => !isExactText(scope, action))
    expect(new Set(wildcards.map((action) => JSON.stringify(action))).size).toBe(wildcards.length)
  })
})

function isExactText(scope: BenchScope, action: object): boolean {
  const value = String(Reflect.get(action, fieldOf[scope].field))
  return /^make target-|^\/opt\/tool-|^api-/.test(value)
}
