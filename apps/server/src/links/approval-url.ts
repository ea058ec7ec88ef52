import { localTenant } from '../tenants/tenant-id.ts'
import type { LinkedApproval } from './approval-links.ts'

/** Where a person sees an approval and answers it. With a token they need not sign in. */
export function approvalUrl(
  baseUrl: string,
  { tenant, id }: LinkedApproval,
  token?: string
): string {
  const scope = tenant === localTenant ? '' : `/t/${encodeURIComponent(tenant)}`
  const query = token === undefined ? '' : `?token=${token}`
  return `${baseUrl}/v1${scope}/approve/${encodeURIComponent(id)}${query}`
}
