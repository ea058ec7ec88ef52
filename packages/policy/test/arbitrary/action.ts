import type { ActionRequest, FurtherAction } from '@agentguard/protocol'
import fc from 'fast-check'
import type { PolicyDocument, Rule, RuleSet } from '../../src/document.ts'
import { agents, scopes, verbs } from './document.ts'
import { filled } from './filled.ts'
import { hosts, texts } from './texts.ts'

/**
 * How to make an action out of a policy: most are built from one of its rules, so that rules match.
 * A plan knows no policy, so that it shrinks on its own.
 */
interface Plan {
  /** Which rule of the policy to follow, modulo their number. */
  readonly rule: number
  /** Fields that do not follow the rule. */
  readonly stray: Partial<Record<'scope' | 'action' | 'command' | 'path' | 'domain', string>>
  /** What wildcards stand for. */
  readonly fills: readonly string[]
  /** What is done to the texts: one of `twists`. */
  readonly twist: string
  readonly est_cost: number | undefined
  /** What fields have that the rule does not ask for. */
  readonly spare: string
  /** What who asks says of it. */
  readonly doubts: Pick<FurtherAction, 'unknown_effect' | 'derived'>
}

export interface RequestPlan extends Plan {
  /** Absent, whom the rule is for asks. */
  readonly agent_id: string | undefined
  readonly further: readonly Plan[]
}

const twists = new Map<string, (text: string) => string>([
  ['none', (text) => text],
  ['upper', (text) => text.toUpperCase()],
  ['lower', (text) => text.toLowerCase()],
  ['append', (text) => `${text}a`],
  ['shorten', (text) => text.slice(0, -1)],
  ['empty', () => ''],
  ['control', (text) => `${text.slice(0, 1)}\u0001${text.slice(1)}`],
  ['only control', () => '\n'],
  ['escapes', (text) => text.replace(/[a/.]/, percentEncode)],
  ['escapes twice', (text) => text.replace(/[a/.]/, (one) => `%25${percentEncode(one).slice(1)}`)],
  ['bad escape', (text) => `${text}%4`],
  ['climb', (text) => `../${text}`],
  ['detour', (text) => `${text.startsWith('/') ? '' : './'}${text}/b/..`],
  ['escaped climb', (text) => `a/%2e%2e/..%2f${text}`],
  ['full width', (text) => text.replaceAll('a', 'ａ')]
])

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`
}

const plan: fc.Arbitrary<Plan> = fc.record({
  rule: fc.nat(1000),
  stray: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.record(
        { scope: scopes, action: verbs, command: texts, path: texts, domain: hosts },
        { requiredKeys: [] }
      )
    }
  ),
  fills: fc.array(texts, { maxLength: 2 }),
  twist: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none') },
    { weight: 1, arbitrary: fc.constantFrom(...twists.keys()) }
  ),
  est_cost: fc.oneof(
    fc.constant(undefined),
    fc.constantFrom(0, -0, 0.1, 0.3, 0.300_000_1, 0.299_999_9, 1, 2, 2.000_000_000_1),
    fc.constantFrom(-1, -0.001, 0.125, 1e-9, 1e10, 9_007_199_254, 9_007_199_255, 1e22, 5e-324),
    fc.double({ min: -3, max: 3, noNaN: true })
  ),
  spare: fc.oneof(fc.constant(''), texts, hosts),
  doubts: fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { unknown_effect: 'why' },
        { unknown_effect: '' },
        { derived: 'certain' as const },
        { derived: 'possible' as const },
        { unknown_effect: 'why', derived: 'possible' as const }
      )
    }
  )
})

export const requestPlans: fc.Arbitrary<RequestPlan> = fc
  .tuple(
    plan,
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: agents }),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(plan, { maxLength: 2 }) }
    )
  )
  .map(([first, agent_id, further]) => ({ ...first, agent_id, further }))

/** The action that follows the plan in a policy. */
export function requestFor(document: PolicyDocument, plan: RequestPlan): ActionRequest {
  const place = placeOf(document, plan)
  const further = plan.further.map((one) => actionFor(placeOf(document, one), one))
  const agent_id = plan.agent_id ?? place.agent
  return {
    ...actionFor(place, plan),
    ...(agent_id === undefined ? {} : { agent_id }),
    ...(further.length === 0 ? {} : { actions: further })
  }
}

function actionFor({ scope, rule }: Place, plan: Plan): FurtherAction {
  const path = rule?.paths[plan.rule % Math.max(rule.paths.length, 1)]
  const twist = twists.get(plan.twist) as (text: string) => string
  const fill = (pattern: string | undefined): string =>
    twist(pattern ? filled(pattern, plan.fills) : plan.spare)
  return {
    scope,
    action: rule?.action || 'read',
    command: fill(rule?.pattern || fromRegex(rule?.regex)),
    path: fill(path),
    domain: fill(rule?.domain),
    ...plan.stray,
    ...plan.doubts,
    ...(plan.est_cost === undefined ? {} : { est_cost: plan.est_cost })
  }
}

/** A rule, and whom and what it is for. */
interface Place {
  readonly scope: string
  readonly agent?: string
  readonly rule?: Rule
}

function placeOf(document: PolicyDocument, { rule }: Plan): Place {
  const places = [
    ...document.rules.flatMap((set) => placesIn(set)),
    ...[...document.agents].flatMap(([agent, { override }]) =>
      override.flatMap((set) => placesIn(set, agent))
    )
  ]
  return places[rule % places.length] ?? { scope: 'shell' }
}

function placesIn(set: RuleSet, agent?: string): Place[] {
  const whose = { scope: set.scope, ...(agent === undefined ? {} : { agent }) }
  // The rarer a decision is, the more often its rules are followed.
  const { deny, require_approval, allow } = set
  const rules = [...deny, ...deny, ...require_approval, ...allow, ...allow, ...allow]
  const places = rules.map((rule): Place => ({ ...whose, rule }))
  return places.length === 0 || set.limits ? [whose, ...places] : places
}

function fromRegex(regex: string | undefined): string | undefined {
  return regex?.replace(/[^ab]/g, '')
}
