import type { AuditEntry, CheckResult } from '@agentguard/protocol'
import type { Counter } from 'prom-client'
import { createPlaces, labelValue, otherLabel } from './bounded-labels.ts'
import type { Meters } from './meters.ts'

type Decision = CheckResult['decision']
/** One series per decision. */
type Series = Readonly<Record<Decision, Counter.Internal>>

/** How many series of tenant, scope and transport there are, of rules, and of agents. */
const maxSeries = { decisions: 500, rules: 500, agents: 200 }

/** Counts verdicts by all that somebody may ask about. */
export type CountDecision = (entry: AuditEntry) => void

/** Creates the counting of verdicts. */
export function createDecisionMetrics(meters: Meters): CountDecision {
  const checks = meters.counter('checks_total')
  const totals = {
    ALLOW: meters.counter('allowed_total'),
    DENY: meters.counter('denied_total'),
    REQUIRE_APPROVAL: meters.counter('approval_required_total')
  }
  const decisions = createSeries(meters.counter('decisions_total'), maxSeries.decisions)
  const rules = createSeries(meters.counter('rule_decisions_total'), maxSeries.rules)
  const agents = createSeries(meters.counter('agent_decisions_total'), maxSeries.agents)

  return ({ tenant_id, agent_id, request, result, transport }) => {
    const { decision, matched_rule } = result
    const tenant = tenant_id || 'local'
    checks.inc()
    totals[decision].inc()
    decisions(tenant, request.scope, transport || 'sdk')[decision].inc()
    rules(tenant, matched_rule || 'default')[decision].inc()
    agents(tenant, agent_id || 'anonymous')[decision].inc()
  }
}

/** Finds the series of some label values. The series are kept: looking them up by labels costs more. */
function createSeries(counter: Counter, max: number): (...values: string[]) => Series {
  const known = new Map<string, Series>()
  const hasPlace = createPlaces(max)
  let others: Series | undefined
  return (...values) => {
    const key = keyOf(values)
    const found = known.get(key)
    if (found) return found
    if (!hasPlace(key)) {
      others ??= openSeries(
        counter,
        values.map(() => otherLabel)
      )
      return others
    }
    const opened = openSeries(counter, values.map(labelValue))
    known.set(key, opened)
    return opened
  }
}

/** Different values have different keys, whatever is in them. */
function keyOf(values: readonly string[]): string {
  let key = ''
  for (const value of values) key += `${value.length}:${value}`
  return key
}

function openSeries(counter: Counter, values: readonly string[]): Series {
  return {
    ALLOW: counter.labels(...values, 'ALLOW'),
    DENY: counter.labels(...values, 'DENY'),
    REQUIRE_APPROVAL: counter.labels(...values, 'REQUIRE_APPROVAL')
  }
}
