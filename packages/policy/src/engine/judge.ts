import type { CheckResult } from '@agentguard/protocol'
import type { Effect } from '../effects/effect.ts'
import { couldMatch, type Gap } from '../match/could-match.ts'
import type { EffectiveRules } from './agent-rules.ts'
import { costVerdict } from './cost-limits.ts'
import { conditionsHold, type Facts } from './facts.ts'
import type { PossiblePattern } from './possible-rules.ts'
import { Search } from './search.ts'
import { addsNothing, defaultDeny, protectedVerdict, stricter, unknownVerdict } from './verdict.ts'
import type { WorkBudget } from './work-budget.ts'

const tooLarge: CheckResult = Object.freeze({
  decision: 'DENY',
  reason: 'This action is longer than any such action is, or takes more work than one check may do',
  matched_rule: 'deny:request:too_large'
})

/** What one check knows beside the policy. */
export interface Circumstances {
  readonly cost: number
  readonly facts: Facts
  readonly budget: WorkBudget
  /**
   * The verdict of a rule that allows the whole line as it is written, if one does. Then no command of it
   * needs a rule of its own, and none has to be proved. Asked only where it matters.
   */
  readonly granted: () => CheckResult | undefined
}

/**
 * Judges one effect: deny over approval over allow, over all rule sets of the scope and the limits
 * beside them.
 *
 * Total and synchronous. INVARIANT: the order of rules never changes the decision, only which of
 * several rules of one decision is reported.
 */
export function judgeEffect(
  effect: Effect,
  rules: EffectiveRules | undefined,
  circumstances: Circumstances
): CheckResult {
  if (effect.traversal !== undefined) return traversalVerdict(effect.traversal)
  if (effect.isTooLarge) return tooLarge
  if (!rules) return withoutRules(effect)
  const { cost, facts, budget } = circumstances
  const search = new Search(effect, facts, budget)
  for (const index of rules.indexes) index.search(effect, search)
  const found = search.best?.verdict
  const limits = limitsVerdict(cost, rules)
  const restriction = restrictionOf(found, limits, budget)
  if (restriction) return restriction
  const possible = effect.derived === 'possible' ? addsNothing : undefined
  const allowed = limits ?? found ?? possible
  const granted = effect.scope === 'shell' ? circumstances.granted : nobody
  if (!allowed) return granted() ?? defaultDeny
  if (effect.isOwn) return protectedVerdict
  // A rule that may apply turns an ALLOW into its own decision and changes nothing else.
  if (search.uncertain) return search.uncertain.verdict
  const doubt = doubtOf(effect, rules, circumstances)
  return doubt ? (granted() ?? doubt) : allowed
}

/** What rules and limits together forbid or ask about; undefined if nothing stands against it. */
function restrictionOf(
  found: CheckResult | undefined,
  limits: CheckResult | undefined,
  budget: WorkBudget
): CheckResult | undefined {
  if (limits?.decision === 'DENY') return limits
  if (found?.decision === 'DENY') return found
  if (budget.exhausted) return tooLarge
  if (limits?.decision === 'REQUIRE_APPROVAL') return limits
  return found?.decision === 'REQUIRE_APPROVAL' ? found : undefined
}

function nobody(): undefined {
  return undefined
}

/** What is derived adds nothing where the policy says nothing, but for a few places. */
function withoutRules(effect: Effect): CheckResult {
  if (effect.derived === undefined) return defaultDeny
  return effect.isProtected ? protectedVerdict : addsNothing
}

/** Why an effect that a rule allows has to be asked about all the same, if it has to be. */
function doubtOf(
  effect: Effect,
  rules: EffectiveRules,
  circumstances: Circumstances
): CheckResult | undefined {
  const { scope, unknown, unproven, gapped } = effect
  if (unknown !== undefined) return unknownVerdict(scope, unknown)
  if (unproven !== undefined && !isNamedExactly(effect, rules, circumstances)) {
    return unknownVerdict(scope, unproven)
  }
  return gapped?.some((texts) => mayBeRestricted(texts, effect, rules, circumstances))
    ? unknownVerdict(scope, 'a rule may forbid it, depending on what is only known when it runs')
    : undefined
}

function isNamedExactly(
  { command, scope }: Effect,
  rules: EffectiveRules,
  { facts }: Circumstances
): boolean {
  return (command.any ?? []).some(
    ({ text }) => exactAllowance(text, scope, rules, facts) !== undefined
  )
}

/** The verdict of an allow rule that is this text and nothing else, if there is one. */
export function exactAllowance(
  text: string,
  scope: string,
  { indexes }: EffectiveRules,
  facts: Facts
): CheckResult | undefined {
  for (const index of indexes) {
    const rule = index.exactRule(text)
    if (rule && conditionsHold(rule.conditions, facts, scope) === 'yes') return rule.verdict
  }
  return undefined
}

/** Whether a restrictive rule about the same program or file could match for some value of the gaps. */
function mayBeRestricted(
  texts: readonly string[],
  { scope, action, tree }: Effect,
  { indexes }: EffectiveRules,
  { budget }: Circumstances
): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, texts.length)
  const isPath = scope === 'filesystem'
  const ofFile = tree === undefined || tree === 'listed' ? fileGap : treeGap
  const gap = isPath ? ofFile : undefined
  const could = ({ tokens, rule }: PossiblePattern): boolean =>
    !budget.canSpend(length * (1 + rule.source.pattern.length)) || couldMatch(tokens, texts, gap)
  if (isPath) {
    const [verb = ''] = action.all
    if (tree === 'named') {
      return indexes.some((index) => index.possible.namesBelow(texts[0] ?? '', verb))
    }
    const applies = ({ isByName, isAnywhere }: PossiblePattern): boolean =>
      tree === 'moved' ? !isByName : !(isAnywhere && (tree === 'searched' || tree === 'listed'))
    return indexes.some((index) =>
      index.possible.forPaths(verb).some((one) => applies(one) && could(one))
    )
  }
  const name = /^\S*/.exec(texts[0] ?? '')?.[0] ?? ''
  return indexes.some((index) => index.possible.naming(name).some(could))
}

/** What a pattern of a shell stands for after a text: a name, and a hidden one only behind its dot. */
function fileGap(before: string): Gap {
  return before === '' || before.endsWith('/') ? 'visible name' : 'name'
}

/** What is below a directory; without a text before it, that is a relative path. */
function treeGap(before: string): Gap {
  return before === '' ? 'relative' : 'anything'
}

function limitsVerdict(cost: number, { limits }: EffectiveRules): CheckResult | undefined {
  let strictest: CheckResult | undefined
  for (const limit of limits) {
    const verdict = costVerdict(cost, limit)
    strictest = strictest ? stricter(strictest, verdict) : verdict
  }
  return strictest
}

function traversalVerdict(path: string): CheckResult {
  return Object.freeze({
    decision: 'DENY',
    reason: `path traversal detected: ${path}`,
    matched_rule: 'deny:filesystem:path_traversal'
  })
}
