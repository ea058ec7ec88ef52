import type { IncomingMessage } from 'node:http'
import type { RequestKind } from './admission/admission.ts'
import { pathOf, routePath } from './route-path.ts'

/** What a request is, and whose. */
export function describeRequest({ method, url = '' }: IncomingMessage): {
  readonly kind: RequestKind
  readonly tenant: string
} {
  const path = pathOf(url)
  const { tenant = 'local', rest = path } = routePath(path) ?? {}
  if (rest === '/check' && method === 'POST') return { kind: 'check', tenant }
  if (rest === '/check/batch' && method === 'POST') return { kind: 'batch', tenant }
  if (rest.startsWith('/wait/')) return { kind: 'wait', tenant }
  if (rest === '/api/stream') return { kind: 'stream', tenant }
  return { kind: probes.has(rest) ? 'probe' : 'other', tenant }
}

const probes: ReadonlySet<string> = new Set(['/health', '/livez', '/readyz', '/metrics'])

/** How large the body of a request may become. */
export function declaredBytes({ headers }: IncomingMessage, maxBytes: number): number {
  if (headers['transfer-encoding'] !== undefined) return maxBytes
  return Math.min(Number(headers['content-length'] ?? 0) || 0, maxBytes)
}
