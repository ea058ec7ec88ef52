import { findWeakness } from '../doctor/check-key.ts'
import type { AnsweredRequest } from '../http/observe-request.ts'
import type { Log } from '../log.ts'
import { parseTraceParent } from '../telemetry/trace-parent.ts'
import { version } from '../version.ts'
import { findIdleOptions } from './find-idle-options.ts'
import type { ServeOptions } from './options.ts'

/** Method, path, duration, status, name, and the caller's trace. The query is left out: it may hold a secret. */
export function formatRequest(request: AnsweredRequest): string {
  const { method, target, status, durationMs, requestId, traceParent } = request
  const traceId = parseTraceParent(traceParent)?.traceId
  const trace = traceId === undefined ? '' : ` trace=${traceId}`
  const path = target.split('?', 1)[0]
  return `${method} ${path} ${durationMs.toFixed(3)}ms ${status} ${requestId}${trace}`
}

/** The same as members, for programs that read the log. */
export function membersOfRequest(request: AnsweredRequest): Readonly<Record<string, unknown>> {
  const { method, target, status, durationMs, requestId, peer, traceParent } = request
  const traceId = parseTraceParent(traceParent)?.traceId
  return {
    method,
    path: target.split('?', 1)[0],
    status,
    duration_ms: Number(durationMs.toFixed(3)),
    request_id: requestId,
    peer,
    ...(traceId === undefined ? {} : { trace_id: traceId })
  }
}

/** Says what is kept, and which flags mean nothing or do not work as they were meant. */
export function logState(options: ServeOptions, log: Log): void {
  const { state, audit, notices } = options
  if (state.isPersistent) {
    log(
      `Persistence: enabled (store=${state.dataDirectory}/agentguard.db, audit-backend=${audit.backend})`
    )
  } else {
    log(
      'WARNING: persistence is off: approvals, budgets and tenants are lost when the server stops'
    )
  }
  if (state.sessionCostTtlMs === 0) {
    log('WARNING: --session-cost-ttl is 0: what idle sessions have spent is never forgotten')
  }
  if (audit.durability === 'async') {
    log('WARNING: the audit log is written late: an ALLOW may be answered whose entry is lost')
  }
  for (const { message, fix } of findIdleOptions(options)) log(`WARNING: ${message}. ${fix}`)
  for (const notice of notices) log(notice)
}

/** Says where the server is. */
export function logAddress(
  options: ServeOptions,
  { port, isOpen }: { readonly port: number; readonly isOpen: boolean },
  log: Log
): void {
  const { host, baseUrl, apiKey, checkAuth, hasDashboard } = options
  const address = host?.includes(':') ? `[${host}]` : host
  const whoAsks =
    checkAuth === 'required'
      ? 'Checks need a credential'
      : 'Checks need no key: whoever reaches this port may ask'
  if (apiKey !== undefined) {
    log(`INFO: binding to ${address ?? 'all interfaces'}, port ${port}. ${whoAsks}`)
    const weakness = findWeakness(apiKey)
    if (weakness?.status === 'fail') log(`WARNING: ${weakness.message}. ${weakness.fix}`)
  } else if (isOpen) {
    log(`INFO: binding to ${address}:${port} (localhost only): no API key is set`)
    log(
      'WARNING: without an API key, every program on this machine may read the audit log and approve actions: /v1/approve, /v1/deny, /v1/audit, /api'
    )
    if (checkAuth === 'required') {
      log(
        'WARNING: --check-auth required, and there is no credential yet: every check is denied. Make one with agentguard keys create'
      )
    }
  } else {
    log(
      `INFO: binding to ${address}:${port} (localhost only): no API key is set; named credentials are. ${whoAsks}`
    )
  }
  log(`AgentGuard v${version} listening on :${port}`)
  const base = baseUrl ?? `http://localhost:${port}`
  if (hasDashboard) log(`Dashboard: ${base}/dashboard`)
  log(`Health:    ${base}/health`)
}
