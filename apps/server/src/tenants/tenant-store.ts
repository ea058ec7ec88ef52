import type { DatabaseSync } from 'node:sqlite'

/** A policy as it is stored. */
interface TenantRow {
  readonly tenant: string
  /** YAML, as it was put. */
  readonly policy: string
  /** RFC 3339. */
  readonly updatedAt: string
}

/** The stored policies of tenants. What is put or removed is durable at return. */
export interface TenantStore {
  /** All of them, by name. */
  all(): readonly TenantRow[]
  put(tenant: string, policy: string): void
  /** Whether there was one. */
  remove(tenant: string): boolean
  /** Whether another connection has written since this was last asked. Cheap. */
  changedElsewhere(): boolean
}

/** The table is that of AgentGuard 1.0, so that both find the same policies. */
export const tenantsTable = `create table if not exists policies (
  tenant_id text primary key,
  policy_yaml text not null,
  updated_at text not null
)`

/** Opens the stored policies of a database whose tables are up to date. */
export function openTenantStore(database: DatabaseSync, now: () => number = Date.now): TenantStore {
  const select = database.prepare(
    "select tenant_id, policy_yaml, updated_at from policies where tenant_id <> 'local' order by 1"
  )
  const upsert = database.prepare(
    `insert into policies (tenant_id, policy_yaml, updated_at) values (?, ?, ?)
      on conflict (tenant_id) do update set
        policy_yaml = excluded.policy_yaml, updated_at = excluded.updated_at`
  )
  const remove = database.prepare('delete from policies where tenant_id = ?')
  const version = database.prepare('pragma data_version')
  let seen: unknown
  return {
    all: () =>
      select.all().map((row) => ({
        tenant: String(row['tenant_id']),
        policy: String(row['policy_yaml']),
        updatedAt: String(row['updated_at'])
      })),
    put: (tenant, policy) => void upsert.run(tenant, policy, new Date(now()).toISOString()),
    remove: (tenant) => remove.run(tenant).changes > 0,
    changedElsewhere() {
      const current = version.get()?.['data_version']
      const changed = current !== seen
      seen = current
      return changed
    }
  }
}
