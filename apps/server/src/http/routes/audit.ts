import type { AuditFilter, AuditLog } from '@agentguard/audit'
import type { Guard } from '@agentguard/guard'
import { Hono } from 'hono'
import { type Answer, jsonAnswer, textAnswer } from '../answer.ts'
import { encodeJson } from '../encode-json.ts'
import { onlyMethods } from '../method-not-allowed.ts'
import { readAuditQuery } from '../read-audit-query.ts'
import type { Env } from '../request-facts.ts'
import { type ScopeDeps, type ScopedRequest, scopedRoute } from '../scoped-route.ts'
import { ingest } from './ingest.ts'

export interface AuditRouteDeps extends ScopeDeps {
  readonly audit: Pick<AuditLog, 'query'>
  readonly guard: Pick<Guard, 'report'>
  /** How many entries a tenant gets at once: if it does not say, and at most. */
  readonly auditLimits: (tenant: string) => {
    readonly defaultLimit: number
    readonly maxLimit: number
  }
  readonly maxBodyBytes: (tenant: string) => number
  /** Told how many lines a search could not read. */
  readonly onUnreadable?: ((tenant: string, count: number) => void) | undefined
}

/** How large a page may become. What does not fit is behind the cursor. */
const maxPageBytes = 16 * 1_048_576

/** `GET` and `POST /v1/audit`, with their tenant mirrors. */
export function auditRoutes(deps: AuditRouteDeps): Hono<Env> {
  const read = scopedRoute(deps, 'read', (request) => query(deps, request))
  const write = scopedRoute(deps, 'report', (request) => ingest(deps, request))
  return new Hono<Env>()
    .post('/v1/audit', write)
    .all('/v1/audit', read)
    .get('/v1/t/:tenant/audit', read)
    .post('/v1/t/:tenant/audit', write)
    .all('/v1/t/:tenant/audit', onlyMethods('GET, HEAD, POST'))
}

async function query(deps: AuditRouteDeps, request: ScopedRequest): Promise<Answer> {
  const { tenant, query: parameters, raw } = request
  const read = readAuditQuery(parameters, deps.auditLimits(tenant))
  if (!read.ok) return textAnswer(400, read.message)
  const filter: AuditFilter = { ...read.filter, tenant_id: tenant, maxBytes: maxPageBytes }
  try {
    const { lines, cursor, unreadable } = await deps.audit.query(filter, { signal: raw.signal })
    if (unreadable > 0) deps.onUnreadable?.(tenant, unreadable)
    const headers = cursor === undefined ? {} : { 'X-AgentGuard-Next-Cursor': cursor }
    return jsonAnswer(200, encodeJson(lines.length === 0 ? null : lines), headers)
  } catch (error) {
    if (raw.signal.aborted) return textAnswer(499, 'client closed request')
    // A filter that cannot be, such as a time that is none.
    if (error instanceof RangeError) return textAnswer(400, `invalid query: ${error.message}`)
    // What the store says may hold paths.
    return textAnswer(500, 'Query error: the audit log could not be read')
  }
}
