import type { PolicyDocument, RateLimit, RuleSet } from '../document.ts'
import { compilePattern } from '../match/compile-pattern.ts'
import { PatternIndex } from '../match/pattern-index.ts'
import type { Entry } from '../match/seeker.ts'
import { baseRules, type EffectiveRules, overriddenRules, restrictionsOf } from './agent-rules.ts'
import { compileScope } from './scope-rules.ts'
import type { PolicyOrigin } from './verdict.ts'

/** The rules of a whole policy, by who asks and in which scope. */
export interface PolicyRules {
  /** The rules for an agent in a scope; undefined where the policy says nothing of the scope. */
  of(scope: string, agent: string | undefined): EffectiveRules | undefined
  toolScope(tool: string): string | undefined
  /** The rate limit for an agent in a scope. */
  rateLimit(scope: string, agent: string | undefined): RateLimit | undefined
}

/** Compiles all rules of a document. */
export function compileRules(document: PolicyDocument, origin: PolicyOrigin): PolicyRules {
  const scopes = new Map(
    [...groupByScope(document.rules)].map(([scope, ruleSets]) => [
      scope,
      compileScope(scope, ruleSets, 'base', origin)
    ])
  )
  const base = new Map([...scopes].map(([scope, rules]) => [scope, baseRules(rules)]))
  // Shared by all agents, and compiled only if one of them adds to the scope.
  const restrictions = new Map(
    [...scopes].map(([scope, rules]) => [scope, once(() => restrictionsOf(rules))])
  )
  const agents = new Map(
    [...document.agents].map(([agent, override]) => [
      agent,
      overriddenRules(override, restrictions, origin)
    ])
  )
  return {
    of(scope, agent) {
      // Nobody is called by an empty name, whatever the file says of it.
      const overridden = agent ? agents.get(agent)?.get(scope) : undefined
      return overridden ?? base.get(scope)
    },
    toolScope: toolScopes(document),
    rateLimit: (scope, agent) => rateLimitOf(document, scope, agent)
  }
}

/** The override's rate limit, else the first that the scope has, unless the override replaces it. */
function rateLimitOf(
  document: PolicyDocument,
  scope: string,
  agent: string | undefined
): RateLimit | undefined {
  const isLimiting = (ruleSet: RuleSet): boolean => ruleSet.scope === scope
  const override = agent ? document.agents.get(agent) : undefined
  const own = override?.override.find(isLimiting)
  if (own?.rate_limit || (own && override?.override_mode === 'replace')) return own.rate_limit
  return document.rules.find((ruleSet) => isLimiting(ruleSet) && ruleSet.rate_limit)?.rate_limit
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function groupByScope(ruleSets: readonly RuleSet[]): Map<string, RuleSet[]> {
  const scopes = new Map<string, RuleSet[]>()
  for (const ruleSet of ruleSets) {
    const sameScope = scopes.get(ruleSet.scope)
    if (sameScope) sameScope.push(ruleSet)
    else scopes.set(ruleSet.scope, [ruleSet])
  }
  return scopes
}

/** No tool has a longer name, and whoever gives it one gets no scope for it. */
const maxToolName = 1024

interface ToolEntry extends Entry {
  readonly scope: string
}

function toolScopes(document: PolicyDocument): (tool: string) => string | undefined {
  const index = new PatternIndex<ToolEntry>(
    document.tool_scope_map.map(({ pattern, scope }, order) => ({
      pattern: compilePattern(pattern),
      order,
      scope
    }))
  )
  return (tool) => {
    if (tool === '' || tool.length > maxToolName) return undefined
    let first: ToolEntry | undefined
    index.search(tool, {
      limit: Number.POSITIVE_INFINITY,
      canSpend: () => true,
      offer: (entry) => {
        if (!first || entry.order < first.order) first = entry
      }
    })
    return first?.scope
  }
}
