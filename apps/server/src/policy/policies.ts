import type { Policy } from '@agentguard/policy'
import { localTenant } from '../tenants/tenant-id.ts'
import type { TenantPolicies } from '../tenants/tenant-policies.ts'

/** The policies of everybody: that of the file for `local`, the stored ones for the other tenants. */
export interface Policies {
  /** The policy in force; undefined without such a tenant. Throws for a tenant whose policy is none. */
  find(tenant: string): Policy | undefined
  /** Whether there is such a tenant, also if its policy cannot be used. */
  has(tenant: string): boolean
  /** What identifies the text in force, as in verdicts. */
  digestOf(tenant: string): string | undefined
  /** The policy whose server settings hold for a tenant: its own, or that of the file. */
  settingsOf(tenant: string): Policy
  /** All that can be used, by tenant. */
  usable(): ReadonlyMap<string, Policy>
}

/** The policy of the file, now. */
export interface LocalPolicy {
  current(): Policy
  digest(): string | undefined
}

export function createPolicies(local: LocalPolicy, tenants?: TenantPolicies): Policies {
  return {
    find: (tenant) => (tenant === localTenant ? local.current() : tenants?.find(tenant)),
    has: (tenant) => tenant === localTenant || (tenants?.has(tenant) ?? false),
    digestOf: (tenant) => (tenant === localTenant ? local.digest() : tenants?.digestOf(tenant)),
    settingsOf: (tenant) => tenants?.usable().get(tenant) ?? local.current(),
    usable: () => new Map([[localTenant, local.current()], ...(tenants?.usable() ?? [])])
  }
}
