import type { CheckResult } from '@agentguard/protocol'

/** How many verdicts there were, as `/api/stats` says it. */
export interface DecisionCounts {
  readonly allowed: number
  readonly denied: number
  /** REQUIRE_APPROVAL. */
  readonly approvals: number
}

/** Counts verdicts by tenant. Bounded: tenants beyond {@link maxTenants} are only in the total. */
export interface DecisionCounter {
  add(tenant: string, decision: CheckResult['decision']): void
  /** Adds what was counted elsewhere. */
  restore(tenant: string, counts: DecisionCounts): void
  of(tenant: string): DecisionCounts
  total(): DecisionCounts
  /** What to keep over a restart. */
  tenants(): Readonly<Record<string, DecisionCounts>>
}

/** How many tenants have counts of their own. */
const maxTenants = 10_000
const none: DecisionCounts = { allowed: 0, denied: 0, approvals: 0 }
/** What is in the total only. No tenant has an empty name. */
const rest = ''

/** Creates a counter at zero. */
export function createDecisionCounter(): DecisionCounter {
  const counts = new Map<string, Mutable>()
  const total: Mutable = { ...none }

  function countsOf(tenant: string): Mutable {
    const known = counts.get(tenant)
    if (known) return known
    if (counts.size >= maxTenants && tenant !== rest) return countsOf(rest)
    const fresh = { ...none }
    counts.set(tenant, fresh)
    return fresh
  }

  return {
    add(tenant, decision) {
      const member = memberOf(decision)
      countsOf(tenant)[member]++
      total[member]++
    },
    restore(tenant, restored) {
      const own = countsOf(tenant)
      for (const member of ['allowed', 'denied', 'approvals'] as const) {
        own[member] += restored[member]
        total[member] += restored[member]
      }
    },
    of: (tenant) => ({ ...(counts.get(tenant) ?? none) }),
    total: () => ({ ...total }),
    tenants: () => Object.fromEntries([...counts].map(([tenant, own]) => [tenant, { ...own }]))
  }
}

type Mutable = { -readonly [K in keyof DecisionCounts]: number }

function memberOf(decision: CheckResult['decision']): keyof DecisionCounts {
  if (decision === 'ALLOW') return 'allowed'
  return decision === 'DENY' ? 'denied' : 'approvals'
}
