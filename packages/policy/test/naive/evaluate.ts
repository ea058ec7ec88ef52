import type { ActionRequest } from '@agentguard/protocol'
import type { PolicyDocument, Rule, RuleKind, RuleSet } from '../../src/document.ts'
import type { Action, Effect } from '../../src/effects/effect.ts'
import { effectsOf } from '../../src/effects/table.ts'
import type { Facts, Truth } from '../../src/index.ts'
import { limitsVerdict } from './limits.ts'
import { ruleSetsFor } from './rule-sets.ts'
import { allowMatch, restrictiveMatch } from './tests.ts'
import { defaultDeny, type NaiveVerdict, ruleVerdict, strictestOf } from './verdict.ts'

const noFacts: Facts = { prior: () => 'unknown' }

/**
 * Judges an action by the specification of the policy language, with no thought for speed. Only
 * what an action amounts to and the classes of a host are shared with the engine.
 */
export function naiveCheck(
  document: PolicyDocument,
  action: ActionRequest,
  facts: Facts = noFacts
): NaiveVerdict {
  const asked: Action = Object.fromEntries(
    Object.entries(action).filter(([name]) => name !== 'derived')
  ) as unknown as Action
  const verdicts = [asked, ...(action.actions ?? [])].flatMap((one: Action) =>
    effectsOf(one).map((effect) => {
      const sets = ruleSetsFor(document, effect.scope, action.agent_id)
      return judge(effect, one.est_cost ?? 0, sets, facts)
    })
  )
  return strictestOf(verdicts) ?? defaultDeny
}

const nothingAdded: NaiveVerdict = {
  decision: 'ALLOW',
  matched_rule: undefined,
  reason: undefined,
  by: 'derived'
}

function judge(effect: Effect, cost: number, sets: readonly RuleSet[], facts: Facts): NaiveVerdict {
  if (effect.traversal !== undefined) {
    return {
      decision: 'DENY',
      matched_rule: 'deny:filesystem:path_traversal',
      reason: `path traversal detected: ${effect.traversal}`,
      by: 'traversal'
    }
  }
  if (effect.derived !== undefined && sets.length === 0) return nothingAdded
  const matches = allMatches(effect, sets, facts)
  const certain = matches.filter(({ truth }) => truth === 'yes').map(({ verdict }) => verdict)
  const limits = effect.scope === 'cost' ? limitVerdicts(sets, cost) : []
  const otherwise = effect.derived === 'possible' ? nothingAdded : defaultDeny
  const judged = strictestOf([...limits, ...certain]) ?? otherwise
  if (judged.decision !== 'ALLOW') return judged
  const uncertain = matches.find(
    ({ truth, verdict }) => truth === 'unknown' && verdict.decision !== 'ALLOW'
  )
  if (uncertain) return { ...uncertain.verdict, by: `uncertain ${uncertain.verdict.by}` }
  if (effect.unknown === undefined) return judged
  return {
    decision: 'REQUIRE_APPROVAL',
    matched_rule: `require_approval:${effect.scope}:unknown_effect`,
    reason: undefined,
    by: 'unknown effect'
  }
}

function limitVerdicts(sets: readonly RuleSet[], cost: number): NaiveVerdict[] {
  return sets.flatMap(({ limits }) => (limits === undefined ? [] : [limitsVerdict(limits, cost)]))
}

interface Match {
  readonly verdict: NaiveVerdict
  readonly truth: Truth
}

/** Every rule that matches, denials before approvals before allowances. */
function allMatches(effect: Effect, sets: readonly RuleSet[], facts: Facts): Match[] {
  const ofKind = (kind: RuleKind): Match[] =>
    sets.flatMap((set) => set[kind].flatMap((rule) => matchOf(rule, kind, effect, facts)))
  return [...ofKind('deny'), ...ofKind('require_approval'), ...ofKind('allow')]
}

function matchOf(rule: Rule, kind: RuleKind, effect: Effect, facts: Facts): Match[] {
  const tests = kind === 'allow' ? allowMatch(rule, effect) : restrictiveMatch(rule, effect)
  if (tests === undefined) return []
  const truth = conditionsOf(rule, effect.scope, facts)
  return [{ verdict: ruleVerdict(rule, kind, effect.scope, tests), truth }]
}

function conditionsOf(rule: Rule, scope: string, facts: Facts): Truth {
  const truths = rule.conditions.map(({ require_prior, windowMs }) =>
    require_prior === '' ? 'yes' : facts.prior(require_prior, windowMs, scope)
  )
  if (truths.includes('no')) return 'no'
  return truths.includes('unknown') ? 'unknown' : 'yes'
}
