import { generateKeyPairSync } from 'node:crypto'
import { type Approvals, memoryApprovals } from '@agentguard/approvals'
import { type AuditLog, createSigner, openAuditLog } from '@agentguard/audit'
import { memoryAuditStore } from '@agentguard/audit/memory'
import { createGuard, createHistory, type Guard, type GuardEvent } from '@agentguard/guard'
import type { Policy } from '@agentguard/policy'
import { memoryBudgets, memoryRateLimiter } from '@agentguard/rate-limiter'
import { onTestFinished } from 'vitest'
import { policyOf, policyText } from './policy.ts'

export interface Parts {
  readonly guard: Guard
  readonly approvals: Approvals
  readonly audit: AuditLog
  readonly policies: Map<string, Policy>
  readonly events: GuardEvent[]
}

export interface PartsOptions {
  readonly policies?: Readonly<Record<string, Policy>>
  readonly now?: () => number
  readonly onFault?: ((error: unknown) => void) | undefined
}

const signer = createSigner('server.test', generateKeyPairSync('ed25519').privateKey)

/** A guard over parts in memory, until the test is over. */
export async function openParts(options: PartsOptions = {}): Promise<Parts> {
  const { now = Date.now, onFault } = options
  const policies = new Map(Object.entries(options.policies ?? { local: policyOf(policyText) }))
  const events: GuardEvent[] = []
  const approvals = memoryApprovals({ now, onChange: (change) => guard.approvalChanged(change) })
  const audit = await openAuditLog({ store: memoryAuditStore(), signer, redact: false, now })
  const guard = createGuard({
    policies: { find: (tenant) => policies.get(tenant) },
    approvals,
    audit,
    limiter: memoryRateLimiter(),
    budgets: memoryBudgets(),
    history: createHistory({ knownSince: 0 }),
    approvalUrl: (tenant, id) =>
      `http://guard.test/v1${tenant === 'local' ? '' : `/t/${tenant}`}/approve/${id}`,
    onEvent: (event) => void events.push(event),
    onError: (_, error) => onFault?.(error),
    now
  })
  onTestFinished(async () => {
    await approvals.close()
    await audit.close()
  })
  return { guard, approvals, audit, policies, events }
}
