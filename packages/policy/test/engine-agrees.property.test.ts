import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { PolicyDocument, Rule, RuleSet } from '../src/document.ts'
import type { Facts } from '../src/index.ts'
import { createPolicy } from '../src/policy.ts'
import { requestFor, requestPlans } from './arbitrary/action.ts'
import { documents, rules, scopes } from './arbitrary/document.ts'
import { facts } from './arbitrary/facts.ts'
import { runs, seed, Tally } from './arbitrary/runs.ts'
import { naiveCheck } from './naive/evaluate.ts'
import type { NaiveVerdict } from './naive/verdict.ts'

const decisions = new Tally()
const reasons = new Tally()

afterAll(() => {
  process.stdout.write(`seed ${seed}: ${decisions}\n${reasons}\n`)
})

const plansOf20 = fc.array(requestPlans, { minLength: 20, maxLength: 20 })

/** What a verdict is compared by. A reason whose words are not specified is not compared. */
function told(verdict: CheckResult | NaiveVerdict, naive: NaiveVerdict): string {
  const reason = naive.reason === undefined ? '' : verdict.reason
  return `${verdict.decision} | ${verdict.matched_rule ?? '-'} | ${reason}`
}

/** What comes after a failure is about that failure. */
let failed = false

function count(naive: NaiveVerdict): void {
  if (failed) return
  decisions.add(naive.by === 'default deny' ? naive.by : naive.decision)
  reasons.add(`${naive.decision} by ${naive.by}`)
}

test('the engine and the naive evaluator agree on decision, matched_rule and reason', () => {
  fc.assert(
    fc.property(documents, plansOf20, facts, (document, plans, known) => {
      const policy = createPolicy(document, {})
      for (const plan of plans) {
        const action = requestFor(document, plan)
        const naive = naiveCheck(document, action, known)
        const verdict = policy.check(action, known)
        if (told(verdict, naive) !== told(naive, naive)) fail(action, verdict, naive)
        count(naive)
      }
    }),
    runs(5000)
  )
  if (runs(5000).numRuns < 500) return
  for (const decision of ['ALLOW', 'DENY', 'REQUIRE_APPROVAL', 'default deny']) {
    expect(decisions.share(decision), decision).toBeGreaterThan(0.1)
  }
})

function fail(action: ActionRequest, verdict: CheckResult, naive: NaiveVerdict): never {
  failed = true
  throw new Error(
    `${JSON.stringify(action)}\nengine: ${told(verdict, naive)}\nnaive:  ${told(naive, naive)} (${naive.by})`
  )
}

const strictness = { ALLOW: 0, REQUIRE_APPROVAL: 1, DENY: 2 } as const

function strictnessOf(document: PolicyDocument, action: ActionRequest, known: Facts): number {
  return strictness[createPolicy(document, {}).check(action, known).decision]
}

/** Compares an action's strictness under two policies, for a few actions. */
function comparing(
  before: PolicyDocument,
  after: PolicyDocument,
  plans: Parameters<typeof requestFor>[1][],
  known: Facts,
  fits: (before: number, after: number) => boolean
): void {
  for (const plan of plans) {
    // The action is about the policy that has more in it, so that what it has matters.
    const action = requestFor(before.rules.length >= after.rules.length ? before : after, plan)
    const [was, is] = [strictnessOf(before, action, known), strictnessOf(after, action, known)]
    if (!fits(was, is)) throw new Error(`${JSON.stringify(action)}: ${was} became ${is}`)
  }
}

const plansOf5 = fc.array(requestPlans, { minLength: 5, maxLength: 5 })
/** Picks one of a list whose length is not known yet. */
const pick = fc.nat(1000)

const denyRuleOf = (scope: string): fc.Arbitrary<readonly [string, Rule]> =>
  rules(scope).map((rule) => [scope, rule] as const)

test('a further deny rule loosens no verdict', () => {
  fc.assert(
    fc.property(
      documents,
      scopes.chain(denyRuleOf),
      pick,
      plansOf5,
      facts,
      (document, [scope, rule], at, plans, known) => {
        const more = withDenyRule(document, scope, rule, at)
        comparing(document, more, plans, known, (was, is) => is >= was)
      }
    ),
    runs(1000)
  )
})

/** The document with the rule in one of its rule sets, or in one of its own. */
function withDenyRule(
  document: PolicyDocument,
  scope: string,
  rule: Rule,
  at: number
): PolicyDocument {
  const place = at % (document.rules.length + 1)
  const set = document.rules[place]
  const own: RuleSet = {
    scope,
    deny: [rule],
    require_approval: [],
    allow: [],
    matching: 'effects',
    line: 1
  }
  const into = set
    ? { ...set, deny: [...set.deny.slice(0, at % 3), rule, ...set.deny.slice(at % 3)] }
    : own
  return { ...document, rules: document.rules.toSpliced(place, 1, into) }
}

test('the order of rules and of rule sets changes no decision', () => {
  fc.assert(
    fc.property(documents, pick, plansOf5, facts, (document, at, plans, known) => {
      comparing(document, rotated(document, at), plans, known, (was, is) => is === was)
    }),
    runs(1000)
  )
})

function rotated(document: PolicyDocument, by: number): PolicyDocument {
  const turn = <T>(list: readonly T[]): T[] => {
    const at = by % Math.max(list.length, 1)
    const turned = [...list.slice(at), ...list.slice(0, at)]
    return by % 2 === 0 ? turned : turned.reverse()
  }
  const turnSet = (set: RuleSet): RuleSet => ({
    ...set,
    deny: turn(set.deny),
    require_approval: turn(set.require_approval),
    allow: turn(set.allow)
  })
  const agents = [...document.agents].map(
    ([name, agent]) => [name, { ...agent, override: turn(agent.override.map(turnSet)) }] as const
  )
  return { ...document, rules: turn(document.rules.map(turnSet)), agents: new Map(turn(agents)) }
}

test('without one of its allow rules a policy loosens no verdict', () => {
  fc.assert(
    fc.property(documents, pick, plansOf5, facts, (document, at, plans, known) => {
      comparing(document, withoutAllowRule(document, at), plans, known, (was, is) => is >= was)
    }),
    runs(1000)
  )
})

function withoutAllowRule(document: PolicyDocument, at: number): PolicyDocument {
  const place = at % document.rules.length
  const set = document.rules[place] as RuleSet
  const allow = set.allow.filter((_, index) => index !== at % Math.max(set.allow.length, 1))
  return { ...document, rules: document.rules.with(place, { ...set, allow }) }
}

test('the explained verdict is the verdict, and names the rule that decided', () => {
  fc.assert(
    fc.property(documents, plansOf5, facts, (document, plans, known) => {
      const policy = createPolicy(document, { file: 'policy.yaml', digest: 'd' })
      for (const plan of plans) {
        const action = requestFor(document, plan)
        const { verdict, effects } = policy.explain(action, known)
        expect(verdict).toEqual(policy.check(action, known))
        expect(effects.map((effect) => effect.verdict.matched_rule)).toContain(verdict.matched_rule)
      }
    }),
    runs(1000)
  )
})

const anyField = fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 2 }), fc.double())

test('a check answers whatever it is given', () => {
  const anyAction = fc.oneof(
    fc.record(
      {
        scope: fc.oneof(scopes, anyField),
        action: anyField,
        command: anyField,
        path: anyField,
        domain: anyField,
        url: anyField,
        est_cost: anyField,
        agent_id: anyField,
        actions: fc.oneof(anyField, fc.array(fc.record({ scope: scopes, path: anyField })))
      },
      { requiredKeys: [] }
    ),
    fc.jsonValue()
  )
  fc.assert(
    fc.property(documents, anyAction, (document, action) => {
      const { decision } = createPolicy(document, {}).check(action as unknown as ActionRequest)
      expect(Object.keys(strictness)).toContain(decision)
    }),
    runs(3000)
  )
})

test('facts that fail allow nothing that unknown facts would not', () => {
  const failing: Facts = {
    prior() {
      throw new Error('no history')
    }
  }
  fc.assert(
    fc.property(documents, plansOf5, (document, plans) => {
      const policy = createPolicy(document, {})
      for (const plan of plans) {
        const action = requestFor(document, plan)
        if (policy.check(action, failing).decision !== 'ALLOW') continue
        expect(policy.check(action).decision).toBe('ALLOW')
      }
    }),
    runs(1000)
  )
})
