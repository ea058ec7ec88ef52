import type { Policy } from '@agentguard/policy'
import { createRedactor, type Redactor } from '@agentguard/redaction'
import type { Policies } from './policies.ts'

/** Takes secrets out, as the policy of a tenant has it. */
export type RedactorOf = (tenant: string) => Redactor

/** Creates the redactors of all tenants. A changed policy has its own at once. */
export function createRedactors(
  policies: Pick<Policies, 'settingsOf'>,
  key: string | undefined
): RedactorOf {
  const redactors = new WeakMap<Policy, Redactor>()
  return (tenant) => {
    const policy = policies.settingsOf(tenant)
    const known = redactors.get(policy)
    if (known) return known
    const extraPatterns = policy.document.notifications.redaction.extra_patterns
    const redactor = createRedactor({ extraPatterns, ...(key === undefined ? {} : { key }) })
    redactors.set(policy, redactor)
    return redactor
  }
}
