import type { CostLimits, PolicyDocument, Rule, RuleSet } from '@agentguard/policy'

/** Something that a policy asks for and that this version does not do. */
export interface Unenforced {
  readonly feature: string
  /** What happens instead. */
  readonly instead: string
  /** The lines that ask for it; empty if it is no line in particular. */
  readonly lines: readonly number[]
}

const budgets = [
  'max_per_session',
  'max_per_day',
  'max_per_month'
] as const satisfies readonly (keyof CostLimits)[]

/**
 * Finds what a policy asks for in vain. A firewall MUST NOT let anybody believe that it does what it
 * does not, so each of these is said at every start.
 */
export function findUnenforced(document: PolicyDocument): Unenforced[] {
  const sets = [
    ...document.rules,
    ...[...document.agents.values()].flatMap((agent) => agent.override)
  ]
  const setLines = (asks: (set: RuleSet) => unknown): number[] =>
    sets.filter(asks).map((set) => set.line)
  const ruleLines = (asks: (rule: Rule) => boolean): number[] =>
    sets.flatMap((set) => rulesOf(set).filter(asks)).map((rule) => rule.line)

  return [
    {
      feature: 'rate_limit',
      instead: 'any number of actions is judged',
      lines: setLines((set) => set.rate_limit)
    },
    ...budgets.map((limit) => ({
      feature: `limits.${limit}`,
      instead: 'costs are judged one by one and not added up',
      lines: setLines((set) => set.limits?.[limit])
    })),
    {
      feature: 'conditions with require_prior',
      instead:
        'there is no history, so an allow rule with one never matches, and a deny or approval rule with one takes an ALLOW away',
      lines: ruleLines((rule) =>
        rule.conditions.some((condition) => condition.require_prior !== '')
      )
    },
    {
      feature: 'approvals',
      instead: 'the answer is REQUIRE_APPROVAL without an approval_id, and nobody can approve',
      lines: sets.flatMap((set) => set.require_approval).map((rule) => rule.line)
    },
    { feature: 'notifications', instead: 'nobody is notified', lines: notificationLines(document) }
  ].filter(({ lines }) => lines.length > 0)
}

/** One line of a log about a feature that is not enforced. */
export function formatUnenforced(file: string, { feature, instead, lines }: Unenforced): string {
  const known = [...new Set(lines)].filter((line) => line > 0).sort((a, b) => a - b)
  const shown = known.slice(0, 5).join(', ')
  const more = known.length > 5 ? ` and ${known.length - 5} more` : ''
  const where = known.length === 0 ? file : `${file}:${shown}${more}`
  return `WARNING: not enforced by this version: ${feature} (${where}): ${instead}`
}

function rulesOf(set: RuleSet): readonly Rule[] {
  return [...set.deny, ...set.require_approval, ...set.allow]
}

/** Targets have no lines of their own. */
function notificationLines({ notifications }: PolicyDocument): number[] {
  return [...notifications.approval_required, ...notifications.on_deny].map(() => 0)
}
