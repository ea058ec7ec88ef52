import { isDots, LOCAL_TENANT_ID, type Settings } from './agentguard-options.ts'

/** Where a route of the tenant is, such as `/check`; for the only tenant, some are not below `/v1`. */
export function endpoint(
  { baseUrl, tenantId }: Settings,
  route: string,
  localRoot: '/v1' | '' = '/v1'
): string {
  const isLocal = tenantId === '' || tenantId === LOCAL_TENANT_ID
  return `${baseUrl}${isLocal ? localRoot : `/v1/t/${encodeURIComponent(tenantId)}`}${route}`
}

/** Where a route of an approval is; undefined for an id that no path can hold. */
export function approvalEndpoint(
  settings: Settings,
  route: 'approve' | 'deny' | 'status' | 'wait',
  id: string
): string | undefined {
  if (id === '' || isDots(id)) return undefined
  return endpoint(settings, `/${route}/${encodeURIComponent(id)}`)
}

/** The headers that say who asks. */
export function authHeaders({ apiKey }: Settings): Record<string, string> {
  return apiKey ? { Authorization: `Bearer ${apiKey}` } : {}
}

/**
 * Sends a request by the client's own `fetch`, or by the global one of the moment. Whoever answers after a redirect is
 * not who was asked: that is 421, Misdirected Request.
 */
export async function send(settings: Settings, url: string, init: RequestInit): Promise<Response> {
  const fetch = settings.fetch ?? globalThis.fetch
  const response = await fetch(url, init)
  if (!response.redirected) return response
  discard(response)
  return new Response(null, { status: 421 })
}

/** What is said of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Lets go of an answer whose body nobody reads, so that its connection can be used again. */
export function discard({ body }: Response): void {
  void body?.cancel().catch(() => {})
}
