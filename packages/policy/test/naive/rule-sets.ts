import type { PolicyDocument, RuleSet } from '../../src/document.ts'

/** The rule sets of a scope that an agent is judged by, in order. */
export function ruleSetsFor(
  document: PolicyDocument,
  scope: string,
  agent: string | undefined
): readonly RuleSet[] {
  const base = document.rules.filter((set) => set.scope === scope)
  const agentOverride = agent === undefined || agent === '' ? undefined : document.agents.get(agent)
  const override = agentOverride?.override.find((set) => set.scope === scope)
  if (agentOverride === undefined || override === undefined) return base
  if (agentOverride.override_mode === 'replace') return [override]
  const [first, ...others] = base.map((set) => restrictionsOf(set, override))
  return [...(first ? [first] : []), override, ...others]
}

/** What is left of a rule set below an override that adds to it. */
function restrictionsOf({ limits, ...set }: RuleSet, override: RuleSet): RuleSet {
  return { ...set, allow: [], ...(override.limits || !limits ? {} : { limits }) }
}
