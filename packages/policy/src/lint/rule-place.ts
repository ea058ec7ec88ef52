import {
  type PolicyDocument,
  type Rule,
  type RuleKind,
  type RuleSet,
  ruleKinds
} from '../document.ts'

/** A rule and where it stands. */
export interface RulePlace {
  readonly rule: Rule
  readonly kind: RuleKind
  readonly ruleSet: RuleSet
  /** Such as `rules[0].deny[2]`. */
  readonly path: string
}

/** All rules of a document with their paths, in file order within each list. */
export function rulePlaces(document: PolicyDocument): RulePlace[] {
  const base = placesIn(document.rules, 'rules')
  const overrides = [...document.agents].flatMap(([agent, { override }]) =>
    placesIn(override, `agents.${agent}.override`)
  )
  return [...base, ...overrides]
}

/** The rules of some rule sets. */
export function placesIn(ruleSets: readonly RuleSet[], path: string): RulePlace[] {
  return ruleSets.flatMap((ruleSet, at) =>
    ruleKinds.flatMap((kind) =>
      ruleSet[kind].map((rule, index) => ({
        rule,
        kind,
        ruleSet,
        path: `${path}[${at}].${kind}[${index}]`
      }))
    )
  )
}
