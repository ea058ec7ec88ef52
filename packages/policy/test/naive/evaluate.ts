import type { ActionRequest } from '@agentguard/protocol'
import type { PolicyDocument, Rule, RuleKind, RuleSet } from '../../src/document.ts'
import type { Action, Effect } from '../../src/effects/effect.ts'
import { effectsOf } from '../../src/effects/table.ts'
import { textEffect } from '../../src/effects/text-effect.ts'
import type { Facts, Truth } from '../../src/index.ts'
import { limitsVerdict } from './limits.ts'
import { naiveOverlap } from './overlap.ts'
import { ruleSetsFor } from './rule-sets.ts'
import { allowMatch, restrictiveMatch } from './tests.ts'
import {
  addsNothing,
  defaultDeny,
  type NaiveVerdict,
  ruleVerdict,
  strictestOf,
  worstOf
} from './verdict.ts'

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
  const verdicts = [asked, ...(action.actions ?? [])].flatMap((one: Action) => {
    const worst = worstOf(naiveEffects(document, one, action.agent_id, facts))
    return worst ? [worst] : []
  })
  const verdict = worstOf(verdicts) ?? defaultDeny
  return verdict === addsNothing ? defaultDeny : verdict
}

/** The verdict of each effect. */
function naiveEffects(
  document: PolicyDocument,
  action: Action,
  agent: string | undefined,
  facts: Facts
): readonly NaiveVerdict[] {
  const cost = action.est_cost ?? 0
  const setsOf = (scope: string): readonly RuleSet[] => ruleSetsFor(document, scope, agent)
  const own = setsOf(action.scope)
  const literal = own.filter(({ matching }) => matching === 'literal')
  const isShell = action.scope === 'shell'
  const line = lineOf(action)
  if (isShell && own.length > 0 && literal.length === own.length) {
    return [judge(line, cost, literal, facts, undefined)]
  }
  const granted = isShell ? grantOf(action, line, own, facts) : undefined
  const verdicts = new Map<Effect, NaiveVerdict>()
  for (const effect of effectsOf(action)) {
    const sets = setsOf(effect.scope).filter((set) => !isShell || set.matching === 'effects')
    const verdict = judge(effect, cost, sets, facts, effect.scope === 'shell' ? granted : undefined)
    verdicts.set(effect, verdict === defaultDeny ? askedBefore(effect, verdicts) : verdict)
  }
  if (!isShell || literal.length === 0) return [...verdicts.values()]
  const restricting: Effect = { ...line, derived: 'possible' }
  return [judge(restricting, cost, literal, facts, undefined), ...verdicts.values()]
}

/** Where a person is asked about the command that brings an effect about, it needs no rule. */
function askedBefore(
  { behind }: Effect,
  verdicts: ReadonlyMap<Effect, NaiveVerdict>
): NaiveVerdict {
  const asked = behind && verdicts.get(behind)
  if (asked?.decision !== 'REQUIRE_APPROVAL') return defaultDeny
  if (asked.by === 'unknown effect' || asked.by === 'protected place') return defaultDeny
  const isForSeveral = /[|;&\n`]|\$\(/.test(asked.matched_rule ?? '')
  return behind?.from !== undefined || isForSeveral ? asked : defaultDeny
}

/** The action as it is written. */
function lineOf(action: Action): Effect {
  const { unknown_effect: unknown, derived } = action
  return {
    ...textEffect(action),
    ...(unknown == null ? {} : { unknown }),
    ...(derived == null ? {} : { derived })
  }
}

/** The rule that allows the line as a whole, if there is one. */
function grantOf(
  { command = '', derived }: Action,
  line: Effect,
  sets: readonly RuleSet[],
  facts: Facts
): NaiveVerdict | undefined {
  if (command === '' || derived != null || line.unknown !== undefined) return undefined
  const effects = sets.filter(({ matching }) => matching === 'effects')
  const exact = exactRule(command, effects, facts)
  if (exact) return exact
  const literal = sets.filter(({ matching }) => matching === 'literal')
  if (literal.length === 0) return undefined
  const verdict = judge(line, 0, literal, facts, undefined)
  return verdict.decision === 'ALLOW' ? verdict : undefined
}

function exactRule(text: string, sets: readonly RuleSet[], facts: Facts): NaiveVerdict | undefined {
  const rule = sets
    .flatMap(({ allow }) => allow)
    .find(
      (one) =>
        one.pattern === text &&
        !/[*?]/.test(text) &&
        [one.action, one.domain, one.regex ?? '', one.class ?? '', ...one.paths].join('') === ''
    )
  return rule && conditionsOf(rule, 'shell', facts) === 'yes'
    ? ruleVerdict(rule, 'allow', 'shell', ['pattern'])
    : undefined
}

function judge(
  effect: Effect,
  cost: number,
  sets: readonly RuleSet[],
  facts: Facts,
  granted: NaiveVerdict | undefined
): NaiveVerdict {
  if (effect.traversal !== undefined) {
    return {
      decision: 'DENY',
      matched_rule: 'deny:filesystem:path_traversal',
      reason: `path traversal detected: ${effect.traversal}`,
      by: 'traversal'
    }
  }
  if (effect.derived !== undefined && sets.length === 0) {
    return effect.isProtected ? protectedPlace : addsNothing
  }
  const matches = allMatches(effect, sets, facts)
  const certain = matches.filter(({ truth }) => truth === 'yes').map(({ verdict }) => verdict)
  const limits = effect.scope === 'cost' ? limitVerdicts(sets, cost) : []
  const judged =
    strictestOf([...limits, ...certain]) ??
    (effect.derived === 'possible' ? addsNothing : (granted ?? defaultDeny))
  if (judged.decision !== 'ALLOW' || judged === granted) return judged
  const uncertain = matches.find(
    ({ truth, verdict }) => truth === 'unknown' && verdict.decision !== 'ALLOW'
  )
  if (uncertain) return { ...uncertain.verdict, by: `uncertain ${uncertain.verdict.by}` }
  if (!isDoubtful(effect, sets, facts)) return judged
  return granted ?? unknownEffect(effect.scope)
}

function isDoubtful(effect: Effect, sets: readonly RuleSet[], facts: Facts): boolean {
  if (effect.unknown !== undefined) return true
  const texts = (effect.command.any ?? []).map(({ text }) => text)
  const isExact = texts.some((text) => exactRule(text, sets, facts) !== undefined)
  if (effect.unproven !== undefined && !isExact) return true
  return (effect.gapped ?? []).some((gapped) => mayBeRestricted(gapped, sets))
}

/** Whether a rule that names the same program could match, whatever stands in the gaps. */
function mayBeRestricted(gapped: readonly string[], sets: readonly RuleSet[]): boolean {
  const program = gapped[0]?.split(/\s/)[0] ?? ''
  return sets
    .flatMap(({ deny, require_approval }) => [...deny, ...require_approval])
    .some(({ pattern }) => {
      const named = /^[^*?[\s]+(?=\s|$)/.exec(pattern)?.[0]
      return named === program && naiveOverlap(pattern, gapped.join('*'))
    })
}

const protectedPlace: NaiveVerdict = {
  decision: 'REQUIRE_APPROVAL',
  matched_rule: 'require_approval:filesystem:protected_path',
  reason: undefined,
  by: 'protected place'
}

function unknownEffect(scope: string): NaiveVerdict {
  return {
    decision: 'REQUIRE_APPROVAL',
    matched_rule: `require_approval:${scope}:unknown_effect`,
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
