import fc from 'fast-check'
import {
  type AgentOverride,
  type Condition,
  type CostLimits,
  hostClasses,
  type MoneyLimit,
  type PolicyDocument,
  type Rule,
  type RuleSet
} from '../../src/document.ts'
import { domainPatterns, pathPatterns, patterns, regexes } from './texts.ts'

export const verbs: fc.Arbitrary<string> = fc.constantFrom('read', 'write')

export const scopes: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('shell', 'filesystem') },
  { weight: 2, arbitrary: fc.constantFrom('network', 'mcp_tool', 'cost', 'x') },
  { weight: 1, arbitrary: fc.constantFrom('unmapped', '') }
)

const conditions: fc.Arbitrary<Condition> = fc.record({
  require_prior: fc.constantFrom('', 'a', 'b', 'c*'),
  time_window: fc.constant(''),
  windowMs: fc.constantFrom(1000, 3_600_000)
})

type Fields = Partial<Rule>

const patternField: fc.Arbitrary<Fields> = patterns.map((pattern) => ({ pattern }))
const regexField: fc.Arbitrary<Fields> = regexes.map((regex) => ({ regex }))
const actionField: fc.Arbitrary<Fields> = verbs.map((action) => ({ action }))
const pathsField: fc.Arbitrary<Fields> = fc
  .array(pathPatterns, { minLength: 1, maxLength: 3 })
  .map((paths) => ({ paths }))
const domainField: fc.Arbitrary<Fields> = domainPatterns.map((domain) => ({ domain }))
const classField: fc.Arbitrary<Fields> = fc
  .constantFrom(...hostClasses)
  .map((hostClass) => ({ class: hostClass }))

/** One or two tests, mostly those that a scope is about. */
function testFields(scope: string): fc.Arbitrary<Fields> {
  const any = fc.oneof(patternField, regexField, actionField, pathsField, domainField, classField)
  const usual = usualFields(scope)
  return fc.oneof(
    { weight: 6, arbitrary: usual },
    { weight: 2, arbitrary: joined(usual, any) },
    { weight: 1, arbitrary: joined(any, any) },
    { weight: 1, arbitrary: fc.constant({}) }
  )
}

function usualFields(scope: string): fc.Arbitrary<Fields> {
  if (scope === 'filesystem') return fc.oneof(joined(actionField, pathsField), pathsField)
  if (scope === 'network') return fc.oneof(domainField, domainField, classField)
  return fc.oneof(
    { weight: 5, arbitrary: patternField },
    { weight: 1, arbitrary: regexField },
    { weight: 1, arbitrary: actionField }
  )
}

function joined(first: fc.Arbitrary<Fields>, second: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  return fc.tuple(first, second).map(([a, b]) => ({ ...a, ...b }))
}

/** A rule. */
export function rules(scope: string): fc.Arbitrary<Rule> {
  return fc
    .tuple(
      testFields(scope),
      fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(conditions, { minLength: 1, maxLength: 2 }) }
      ),
      onceIn(3, fc.constantFrom('any' as const, 'all' as const)),
      onceIn(3, fc.constantFrom('no', ' '))
    )
    .map(([fields, conditions, match, message]) => ({
      action: '',
      pattern: '',
      paths: [],
      domain: '',
      conditions,
      line: 1,
      column: 1,
      ...fields,
      message: message ?? '',
      ...(match === undefined ? {} : { match })
    }))
}

/** Present once in so many times. */
function onceIn<T>(times: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 2 * times - 2, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary }
  )
}

const moneyLimits: fc.Arbitrary<MoneyLimit> = fc.constantFrom(
  { text: '$0.30', micros: 300_000 },
  { text: '1', micros: 1_000_000 },
  { text: '$2', micros: 2_000_000 },
  { text: '9007199254.740991', micros: Number.MAX_SAFE_INTEGER }
)

const costLimits: fc.Arbitrary<CostLimits> = fc.record(
  { max_per_action: moneyLimits, alert_threshold: moneyLimits, max_per_session: moneyLimits },
  { requiredKeys: [] }
)

function ruleSets(scope: string): fc.Arbitrary<RuleSet> {
  const list = (maxLength: number): fc.Arbitrary<Rule[]> => fc.array(rules(scope), { maxLength })
  return fc
    .record({
      deny: list(1),
      require_approval: list(2),
      allow: list(4),
      limits: onceIn(scope === 'cost' ? 1.5 : 6, costLimits),
      matching: fc.constantFrom('effects' as const, 'effects' as const, 'literal' as const)
    })
    .map(({ limits, ...lists }) => ({
      scope,
      ...lists,
      ...(limits === undefined ? {} : { limits }),
      line: 1
    }))
}

const overrides: fc.Arbitrary<AgentOverride> = fc.record({
  override: fc.uniqueArray(scopes.chain(ruleSets), {
    selector: ({ scope }) => scope,
    maxLength: 2
  }),
  override_mode: fc.constantFrom('merge', 'replace'),
  line: fc.constant(1)
})

/** Who asks; the last has an override in no document. */
export const agents: fc.Arbitrary<string> = fc.constantFrom('ann', 'bob', '', 'nobody')

const agentMaps: fc.Arbitrary<ReadonlyMap<string, AgentOverride>> = fc
  .record({ ann: overrides, bob: overrides, '': overrides }, { requiredKeys: [] })
  .map((byName) => new Map(Object.entries(byName)))

export const documents: fc.Arbitrary<PolicyDocument> = fc
  .tuple(
    fc
      .uniqueArray(scopes, { minLength: 1, maxLength: 2 })
      .chain((few) =>
        fc.array(fc.constantFrom(...few).chain(ruleSets), { minLength: 1, maxLength: 3 })
      ),
    agentMaps
  )
  .map(([sets, agentMap]) => documentOf(sets, agentMap))

export function documentOf(
  rules: readonly RuleSet[],
  agentMap: PolicyDocument['agents'] = new Map()
): PolicyDocument {
  return {
    version: '1',
    name: '',
    description: '',
    rules,
    agents: agentMap,
    tool_scope_map: [],
    notifications: {
      approval_required: [],
      on_deny: [],
      redaction: { extra_patterns: [] },
      dispatchTimeoutMs: 1000
    },
    proxy: { sessionTtlMs: 1, maxBodyBytes: 1, auditDefaultLimit: 1, auditMaxLimit: 1 },
    approvals: {}
  }
}
