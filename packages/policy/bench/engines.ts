import type { ActionRequest, CheckResult } from '@agentguard/protocol'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { newEnforcer, newModelFromString } from 'casbin'
import picomatch from 'picomatch'
import { createPolicy } from '../src/policy.ts'
import { type CompiledPatterns, compiledPatterns, linearScan } from './linear-scan.ts'
import { type BenchRule, type BenchScope, benchDocument, fieldOf } from './policies.ts'

/** What an engine says of an action; `none` where no rule speaks of it, which denies it. */
export type Outcome = 'deny' | 'require_approval' | 'allow' | 'none'

/** A policy in an engine, ready to be asked. */
export type Decide = (action: ActionRequest) => Outcome

export const engineNames = [
  'agentguard',
  'linear scan',
  'picomatch',
  'casbin',
  'cedar-wasm'
] as const
export type EngineName = (typeof engineNames)[number]

type Load = (scope: BenchScope, rules: readonly BenchRule[]) => Promise<Decide> | Decide

/** Loads the same rules into an engine. Only what is asked for each action is timed. */
export const engines: Record<EngineName, Load> = {
  agentguard: loadAgentguard,
  'linear scan': (scope, rules) => linearScan(rules, compiledPatterns(scope, rules), textOf(scope)),
  picomatch: loadPicomatch,
  casbin: loadCasbin,
  'cedar-wasm': loadCedar
}

/** The text that an action of the scope is about. */
function textOf(scope: BenchScope): (action: ActionRequest) => string {
  const { field } = fieldOf[scope]
  return (action) => action[field] as string
}

function loadAgentguard(scope: BenchScope, rules: readonly BenchRule[]): Decide {
  const policy = createPolicy(benchDocument(scope, rules), {})
  // A place of its own keeps what is remembered out of the measure.
  return (action) => outcomeOf(policy.check(action, undefined, {}))
}

function outcomeOf({ decision, matched_rule }: CheckResult): Outcome {
  if (decision === 'ALLOW') return 'allow'
  if (decision === 'REQUIRE_APPROVAL') return 'require_approval'
  return matched_rule === undefined ? 'none' : 'deny'
}

function loadPicomatch(scope: BenchScope, rules: readonly BenchRule[]): Decide {
  const text = textOf(scope)
  // Everything but stars is text, as in our patterns.
  const options = { dot: true, nonegate: true, noextglob: true, nobrace: true, nobracket: true }
  const matchers = rules.map(({ kind, pattern }) => ({
    kind,
    matches: picomatch(pattern, options)
  }))
  return (action) => {
    const value = text(action)
    for (const { kind, matches } of matchers) if (matches(value)) return kind
    return 'none'
  }
}

/** The first rule that matches decides. A third column of each rule tells approvals from denials. */
const casbinModel = `
[request_definition]
r = value, action
[policy_definition]
p = pattern, action, eft, kind
[policy_effect]
e = priority(p.eft) || deny
[matchers]
m = r.action == p.action && matches(r.value, p.pattern)
`

async function loadCasbin(scope: BenchScope, rules: readonly BenchRule[]): Promise<Decide> {
  const text = textOf(scope)
  const compiled = new Map(
    compiledPatterns(scope, rules).map((patterns, at) => [rules[at]?.pattern, patterns])
  )
  const enforcer = await newEnforcer(newModelFromString(casbinModel))
  await enforcer.addFunction('matches', (value: string, pattern: string) =>
    (compiled.get(pattern) as CompiledPatterns).some((one) => one.matches(value))
  )
  const { action: verb } = fieldOf[scope]
  await enforcer.addPolicies(
    rules.map(({ pattern, kind }) => [pattern, verb, kind === 'allow' ? 'allow' : 'deny', kind])
  )
  return (action) => {
    const [, rule] = enforcer.enforceExSync(text(action), action.action)
    return (rule[3] as Outcome | undefined) ?? 'none'
  }
}

let cedarPolicySets = 0

/** An approval rule forbids too; which policies decided tells approvals from denials. */
function loadCedar(scope: BenchScope, rules: readonly BenchRule[]): Decide {
  const { field, action: verb } = fieldOf[scope]
  const id = `bench-${cedarPolicySets++}`
  const policies = rules.map((rule, at) => [`${rule.kind}:${at}`, cedarPolicy(rule, field, verb)])
  const parsed = cedar.preparsePolicySet(id, { staticPolicies: Object.fromEntries(policies) })
  if (parsed.type === 'failure') throw new Error(`cedar-wasm: ${JSON.stringify(parsed.errors)}`)
  return (action) => {
    const answer = cedar.statefulIsAuthorized({
      principal: { type: 'Agent', id: 'agent' },
      action: { type: 'Action', id: verb },
      resource: { type: 'Scope', id: scope },
      context: { [field]: action[field] as string },
      preparsedPolicySetId: id,
      entities: []
    })
    if (answer.type === 'failure') throw new Error(`cedar-wasm: ${JSON.stringify(answer.errors)}`)
    return cedarOutcome(answer.response)
  }
}

function cedarOutcome({ decision, diagnostics }: cedar.Response): Outcome {
  if (decision === 'allow') return 'allow'
  const { reason } = diagnostics
  if (reason.length === 0) return 'none'
  return reason.some((policy) => policy.startsWith('deny:')) ? 'deny' : 'require_approval'
}

function cedarPolicy({ kind, pattern }: BenchRule, field: string, verb: string): string {
  const effect = kind === 'allow' ? 'permit' : 'forbid'
  const condition = cedarCondition(`context.${field}`, pattern)
  return `${effect}(principal, action == Action::"${verb}", resource) when { ${condition} };`
}

/** `like` knows one star, which also stands for slashes; that is enough for the benchmark's paths. */
function cedarCondition(value: string, pattern: string): string {
  if (!pattern.includes('*')) return `${value} == "${pattern}"`
  if (pattern.endsWith('/**')) {
    const directory = pattern.slice(0, -3)
    return `${value} == "${directory}" || ${value} like "${directory}/*"`
  }
  return `${value} like "${pattern.replace('**/', '*/')}"`
}
