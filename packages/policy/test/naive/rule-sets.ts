import type { AgentOverride, PolicyDocument, RuleSet } from '../../src/document.ts'

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
  if (base.length === 0) return [override]
  return base.map((set) => overridden(set, override, agentOverride.override_mode))
}

function overridden(
  base: RuleSet,
  override: RuleSet,
  mode: AgentOverride['override_mode']
): RuleSet {
  if (mode === 'replace') return override
  return {
    ...base,
    ...(override.limits === undefined ? {} : { limits: override.limits }),
    deny: [...base.deny, ...override.deny],
    require_approval: [...base.require_approval, ...override.require_approval],
    allow: override.allow
  }
}
