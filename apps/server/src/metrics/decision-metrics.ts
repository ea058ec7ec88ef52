import type { AuditEntry, CheckResult } from '@agentguard/protocol'
import { createPlaces, labelValue, otherLabel } from './bounded-labels.ts'
import type { Meters, Tally } from './meters.ts'

type Decision = CheckResult['decision']
/** One series per decision. */
type Series = Readonly<Record<Decision, Tally>>

/** How many series of tenant, scope and transport there are, of rules, and of agents. */
const maxSeries = { decisions: 500, rules: 500, agents: 200 }

/** Counts verdicts by all that somebody may ask about. */
export type CountDecision = (entry: AuditEntry) => void

/** Creates the counting of verdicts. */
export function createDecisionMetrics(meters: Meters): CountDecision {
  const checks = meters.tally('checks_total')
  const totals: Series = {
    ALLOW: meters.tally('allowed_total'),
    DENY: meters.tally('denied_total'),
    REQUIRE_APPROVAL: meters.tally('approval_required_total')
  }
  const noRoom = meters.tally('approvals_evicted_total', { reason: 'queue_full' })
  const open = (name: string, labels: readonly string[], max: number) =>
    createSeries((values) => openSeries(meters, name, { labels, values }), max)
  const decisions = open('decisions_total', ['tenant', 'scope', 'transport'], maxSeries.decisions)
  const rules = open('rule_decisions_total', ['tenant', 'rule'], maxSeries.rules)
  const agents = open('agent_decisions_total', ['tenant', 'agent'], maxSeries.agents)

  return ({ tenant_id, agent_id, request, result, transport }) => {
    const { decision, matched_rule } = result
    const tenant = tenant_id || 'local'
    checks.pending++
    if (matched_rule === 'deny:approvals:quota') noRoom.pending++
    totals[decision].pending++
    decisions(tenant, request.scope, transport || 'sdk')[decision].pending++
    rules(tenant, matched_rule || 'default')[decision].pending++
    agents(tenant, agent_id || 'anonymous')[decision].pending++
  }
}

/** Finds the series of some label values, and keeps them. */
function createSeries(
  open: (values: readonly string[]) => Series,
  max: number
): (...values: string[]) => Series {
  const known: Branch = new Map()
  const hasPlace = createPlaces(max)
  let others: Series | undefined
  return (...values) => {
    let branch: Branch | Series | undefined = known
    for (const value of values) branch = (branch as Branch | undefined)?.get(value)
    if (branch) return branch as Series
    if (!hasPlace(JSON.stringify(values))) {
      others ??= open(values.map(() => otherLabel))
      return others
    }
    const opened = open(values.map(labelValue))
    keep(known, values, opened)
    return opened
  }
}

/** Value by value: one text of all of them would have to be made for each verdict. */
type Branch = Map<string, Branch | Series>

function keep(known: Branch, values: readonly string[], series: Series): void {
  let branch = known
  for (const value of values.slice(0, -1)) {
    const next = (branch.get(value) as Branch | undefined) ?? new Map()
    branch.set(value, next)
    branch = next
  }
  branch.set(values.at(-1) ?? '', series)
}

function openSeries(
  meters: Meters,
  name: string,
  { labels, values }: { readonly labels: readonly string[]; readonly values: readonly string[] }
): Series {
  const common = Object.fromEntries(labels.map((label, at) => [label, values[at] ?? '']))
  const open = (decision: Decision): Tally => meters.tally(name, { ...common, decision })
  return {
    ALLOW: open('ALLOW'),
    DENY: open('DENY'),
    REQUIRE_APPROVAL: open('REQUIRE_APPROVAL')
  }
}
