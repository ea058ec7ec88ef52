import type { DatabaseSync } from 'node:sqlite'
import type { EffectContext } from '@agentguard/policy'
import type { Log } from '../log.ts'
import { formatIssue } from '../policy/format-issue.ts'
import {
  type FailedPolicy,
  type LivePolicy,
  type LivePolicyEvents,
  openPolicy
} from '../policy/live-policy.ts'
import { formatSize, type LoadedPolicy } from '../policy/loaded-policy.ts'
import { StateError } from '../state/state-error.ts'
import { localTenant } from '../tenants/tenant-id.ts'
import { followTenants, type TenantPolicies } from '../tenants/tenant-policies.ts'
import { openTenantStore } from '../tenants/tenant-store.ts'
import type { Journal } from './journal.ts'

/** What has become of a policy, for health and metrics. */
export interface PolicyNews {
  policyLoaded(tenant: string, digest: string | undefined): void
  policyFailed(tenant: string): void
  policyRemoved(tenant: string): void
}

export interface FollowPolicyOptions {
  /** Where agents run what they ask for. */
  readonly context: EffectContext
  readonly log: Log
  readonly journal: Journal
  readonly news: PolicyNews
  /** Called after every change, when it is in force. */
  readonly onChange: () => void
}

export interface LocalPolicyOptions extends FollowPolicyOptions {
  readonly file: string
  readonly saysReloads: boolean
}

/** Loads the policy file and follows it. Rejects with a `StateError` if it is no policy. */
export async function openLocalPolicy(options: LocalPolicyOptions): Promise<LivePolicy> {
  const { file, log, journal, news, onChange } = options
  let isBroken = false
  const events: LivePolicyEvents = {
    onReload(loaded) {
      // After a failure everybody wants to know that it is over.
      if (options.saysReloads || isBroken) {
        log(`Policy reloaded: ${loaded.policy.document.name} (${loaded.ruleCount} rules)`)
      }
      isBroken = false
      tell(loaded, loaded.digest)
      onChange()
    },
    onReloadFailed(failed) {
      isBroken = true
      logFailure('Policy reload failed', failed)
      news.policyFailed(localTenant)
      const problem = failed.issues[0]?.message
      journal.note('policy-failed', { file, digest: failed.digest, problem })
    }
  }
  const opened = await openPolicy(file, events, options.context)
  if (!opened.ok) {
    logFailure(`Failed to load policy ${file}`, opened)
    throw new StateError(`no policy, no server: ${file}`)
  }
  const { live, loaded } = opened
  log(`Loaded policy: ${loaded.policy.document.name} (${formatSize(loaded)})`)
  tell(loaded, live.digest())
  return live

  function tell({ policy, warnings }: LoadedPolicy, digest: string | undefined): void {
    for (const warning of warnings) log(`WARNING: ${formatIssue(file, warning)}`)
    news.policyLoaded(localTenant, digest)
    journal.note('policy-loaded', { file, digest, name: policy.document.name })
  }

  function logFailure(what: string, { issues }: FailedPolicy): void {
    log(`${what}: ${issues[0]?.message}`)
    for (const issue of issues) log(`  ${formatIssue(file, issue)}`)
  }
}

/** Follows the stored policies. Without a database there are none. */
export function openTenants(
  database: DatabaseSync | undefined,
  { context, log, journal, news, onChange }: FollowPolicyOptions
): TenantPolicies | undefined {
  if (!database) return undefined
  let isOpen = false
  const changed = (): void => {
    if (isOpen) onChange()
  }
  const tenants = followTenants({
    store: openTenantStore(database),
    context,
    events: {
      onLoaded(tenant, { policy, ruleCount, warnings }, digest) {
        const name = policy.document.name
        if (isOpen) log(`Policy of tenant ${tenant} loaded: ${name} (${ruleCount} rules)`)
        for (const warning of warnings) log(`WARNING: ${formatIssue(`tenant:${tenant}`, warning)}`)
        news.policyLoaded(tenant, digest)
        journal.note('policy-loaded', { tenant_id: tenant, digest, name })
        changed()
      },
      onFailed(tenant, problem, digest) {
        log(`Policy of tenant ${tenant} failed: ${problem}`)
        news.policyFailed(tenant)
        journal.note('policy-failed', { tenant_id: tenant, digest, problem })
      },
      onRemoved(tenant) {
        log(`Policy of tenant ${tenant} removed`)
        news.policyRemoved(tenant)
        journal.note('policy-removed', { tenant_id: tenant })
        changed()
      },
      onUnreadable: () => log('ERROR: the policies of tenants cannot be read; those in force stay')
    }
  })
  isOpen = true
  return tenants
}
