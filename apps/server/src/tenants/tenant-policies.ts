import { createHash } from 'node:crypto'
import {
  type CompileOptions,
  compilePolicy,
  type EffectContext,
  type Policy
} from '@agentguard/policy'
import type { LoadedPolicy } from '../policy/loaded-policy.ts'
import { messageOf } from '../state/state-error.ts'
import type { TenantStore } from './tenant-store.ts'

/** What happens to the policies of tenants. */
interface TenantPolicyEvents {
  /** A policy is in force that was not before. */
  onLoaded(tenant: string, loaded: LoadedPolicy, digest: string): void
  /** A policy cannot be used; the one before it stays in force, if there is one. */
  onFailed(tenant: string, problem: string, digest: string): void
  /** A tenant is no longer there. */
  onRemoved(tenant: string): void
  /** The stored policies cannot be read; those in force stay. */
  onUnreadable(error: unknown): void
}

/** The policies of all tenants but `local`, as they are stored. */
export interface TenantPolicies {
  /** The policy in force; undefined without such a tenant. Throws for a tenant whose policy is none. */
  find(tenant: string): Policy | undefined
  has(tenant: string): boolean
  /** What identifies the text that is in force. */
  digestOf(tenant: string): string | undefined
  /** The tenants with a policy that can be used. */
  usable(): ReadonlyMap<string, Policy>
  /** The tenants whose stored policy cannot be used, with why. */
  failed(): ReadonlyMap<string, string>
  /** Takes over what has changed in the store. */
  refresh(): void
  close(): void
}

export interface TenantPoliciesOptions {
  readonly store: TenantStore
  readonly events: TenantPolicyEvents
  /** Where agents run what they ask for. @defaultValue nothing is known of it */
  readonly context?: EffectContext
  /** How often the store is asked whether something has changed. @defaultValue 500 */
  readonly intervalMs?: number
}

interface Tenant {
  readonly text: string
  readonly policy: Policy | undefined
  readonly digest: string | undefined
  /** Why `text` is not what is in force. */
  readonly problem: string | undefined
}

/**
 * Follows the stored policies. All names are known in memory, so that a question about a tenant that does
 * not exist reads nothing.
 */
export function followTenants({
  store,
  events,
  context = {},
  intervalMs = 500
}: TenantPoliciesOptions): TenantPolicies {
  const tenants = new Map<string, Tenant>()
  let usable: ReadonlyMap<string, Policy> | undefined

  function refresh(): void {
    try {
      if (!store.changedElsewhere()) return
      takeOver()
    } catch (error) {
      events.onUnreadable(error)
    }
  }

  function takeOver(): void {
    const rows = store.all()
    const names = new Set(rows.map(({ tenant }) => tenant))
    for (const name of [...tenants.keys()]) if (!names.has(name)) remove(name)
    for (const { tenant, policy } of rows) {
      if (tenants.get(tenant)?.text !== policy) load(tenant, policy)
    }
  }

  function load(tenant: string, text: string): void {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
    const compiled = compile(text, { file: `tenant:${tenant}`, digest, context })
    usable = undefined
    if (compiled.ok) {
      tenants.set(tenant, { text, policy: compiled.policy, digest, problem: undefined })
      events.onLoaded(tenant, compiled, digest)
      return
    }
    const before = tenants.get(tenant)
    const { problem } = compiled
    tenants.set(tenant, { text, policy: before?.policy, digest: before?.digest, problem })
    events.onFailed(tenant, problem, digest)
  }

  function remove(tenant: string): void {
    tenants.delete(tenant)
    usable = undefined
    events.onRemoved(tenant)
  }

  takeOver()
  store.changedElsewhere()
  const timer = setInterval(refresh, intervalMs)
  timer.unref()

  return {
    find(name) {
      const tenant = tenants.get(name)
      if (tenant && !tenant.policy) throw new Error(tenant.problem)
      return tenant?.policy
    },
    has: (name) => tenants.has(name),
    digestOf: (name) => tenants.get(name)?.digest,
    usable() {
      usable ??= new Map(
        [...tenants].flatMap(([name, { policy }]) => (policy ? [[name, policy] as const] : []))
      )
      return usable
    },
    failed: () =>
      new Map(
        [...tenants].flatMap(([name, { problem }]) =>
          problem === undefined ? [] : [[name, problem] as const]
        )
      ),
    refresh,
    close: () => clearInterval(timer)
  }
}

function compile(
  text: string,
  options: CompileOptions
): LoadedPolicy | { readonly ok: false; readonly problem: string } {
  try {
    const compiled = compilePolicy(text, options)
    if (compiled.ok) return compiled
    const [first] = compiled.issues
    return { ok: false, problem: `line ${first?.line}: ${first?.message}` }
  } catch (error) {
    return { ok: false, problem: messageOf(error) }
  }
}
