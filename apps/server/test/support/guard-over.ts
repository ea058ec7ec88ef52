import type { AuditLog } from '@agentguard/audit'
import type { Policy } from '@agentguard/policy'
import { onTestFinished } from 'vitest'
import { type OpenGuard, openGuard } from '../../src/serve/open-guard.ts'

/** The guard of a server without a database, over one policy, until the test is over. */
export async function guardOver(
  audit: AuditLog,
  policy: Policy,
  onForgotten: (scope: string, count: number) => void = () => {}
): Promise<OpenGuard> {
  const opened = await openGuard({
    database: undefined,
    audit,
    policies: {
      find: () => policy,
      has: () => true,
      digestOf: () => undefined,
      settingsOf: () => policy,
      usable: () => new Map([['local', policy]])
    },
    state: {
      dataDirectory: '',
      isPersistent: false,
      approvalValidityMs: 0,
      sessionCostTtlMs: 0,
      sessionCostSweepMs: 0
    },
    baseUrl: () => '',
    onForgotten
  })
  onTestFinished(() => opened.approvals.close())
  return opened
}
