import type { AuditFilter } from '@agentguard/audit'

export interface AuditPageLimits {
  readonly defaultLimit: number
  readonly maxLimit: number
}

export type ReadQuery =
  | { readonly ok: true; readonly filter: AuditFilter }
  | { readonly ok: false; readonly message: string }

const exact = [
  'agent_id',
  'session_id',
  'decision',
  'scope',
  'transport',
  'request_id',
  'trace_id',
  'kind',
  'since',
  'until',
  'text',
  'cursor'
] as const

const maxText = 4096

/**
 * Reads the parameters of a search in the audit log. Parameters that do not exist are ignored, as by
 * AgentGuard 1.0.
 */
export function readAuditQuery(
  query: URLSearchParams,
  { defaultLimit, maxLimit }: AuditPageLimits
): ReadQuery {
  const limit = readInteger(query, 'limit', { defaultValue: defaultLimit, minimum: 1 })
  if (!limit.ok) return limit
  const offset = readInteger(query, 'offset', { defaultValue: 0, minimum: 0 })
  if (!offset.ok) return offset
  const order = query.get('order') || 'asc'
  if (order !== 'asc' && order !== 'desc') {
    return { ok: false, message: 'invalid order: expected asc or desc' }
  }
  const texts: Partial<Record<(typeof exact)[number], string>> = {}
  for (const name of exact) {
    const value = query.get(name)
    if (!value) continue
    if (value.length > maxText) return { ok: false, message: `invalid ${name}: too long` }
    texts[name] = value
  }
  return {
    ok: true,
    filter: { ...texts, order, limit: Math.min(limit.value, maxLimit), offset: offset.value }
  }
}

type ReadInteger =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string }

function readInteger(
  query: URLSearchParams,
  name: string,
  { defaultValue, minimum }: { readonly defaultValue: number; readonly minimum: number }
): ReadInteger {
  const text = query.get(name)
  if (text === null || text === '') return { ok: true, value: defaultValue }
  const value = /^[+-]?\d{1,18}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) {
    const shown = JSON.stringify(text.slice(0, 100))
    return { ok: false, message: `invalid ${name}: not an integer: ${shown}` }
  }
  if (value < minimum) {
    return { ok: false, message: `invalid ${name}: value ${value} below minimum ${minimum}` }
  }
  return { ok: true, value }
}
