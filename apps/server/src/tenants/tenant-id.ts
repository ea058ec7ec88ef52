/** The tenant that has the policy file. It is always there and has no row. */
export const localTenant = 'local'

const form = /^[A-Za-z0-9][A-Za-z0-9._@:-]{0,127}$/

/**
 * Why a name cannot be that of a new tenant; undefined if it can. Tenants that AgentGuard 1.0 has stored
 * under other names keep working.
 */
export function tenantIdProblem(id: string): string | undefined {
  if (id === localTenant) return `\`${localTenant}\` is the tenant of the policy file`
  if (form.test(id)) return undefined
  return 'a tenant is named with up to 128 letters, digits and . _ @ : -, the first of them a letter or a digit'
}
