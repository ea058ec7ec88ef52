import type { ActionRequest, CheckResult, FurtherAction } from '@agentguard/protocol'
import type { Delivery } from './notification.ts'

/**
 * The body of a webhook: compact JSON in the wire's order of members. What is empty is left out, and what
 * a page of HTML could misread is escaped.
 */
export function formatJson(delivery: Delivery): string {
  const { type, timestamp, request, result, approval_url, tenant_id, id, count, since, digest } =
    delivery
  const members = {
    type,
    timestamp,
    request: orderRequest(request),
    result: orderResult(result),
    ...present({ approval_url }),
    ...present({ tenant_id, id, count, since }),
    ...(digest && { digest })
  }
  return JSON.stringify(members).replace(/[<>&\u2028\u2029]/g, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function orderRequest(request: ActionRequest): object {
  const { schema_version, agent_id, session_id, approval_id, reuse_approval, actions } = request
  const { scope, est_cost, meta, ...rest } = orderAction(request)
  return {
    ...present({ schema_version }),
    scope,
    ...rest,
    ...present({ agent_id, session_id, est_cost, meta, approval_id, reuse_approval }),
    ...(actions && actions.length > 0 && { actions: actions.map(withoutAbsent) })
  }
}

interface OrderedAction {
  readonly scope: string
  readonly [member: string]: unknown
}

function orderAction(action: FurtherAction): OrderedAction {
  const { scope, action: verb, command, path, domain, url, est_cost, meta } = action
  const { unknown_effect, derived } = action
  return {
    scope,
    ...present({ action: verb, command, path, domain, url, est_cost, meta: orderMeta(meta) }),
    ...(unknown_effect !== undefined && { unknown_effect }),
    ...present({ derived })
  }
}

function withoutAbsent(action: FurtherAction): object {
  return orderAction(action)
}

/** The names sorted, without prototype, so that each is data. */
function orderMeta(meta: FurtherAction['meta']): object | undefined {
  const names = Object.keys(meta ?? {}).sort()
  if (!meta || names.length === 0) return undefined
  const ordered: Record<string, string> = Object.create(null)
  for (const name of names) ordered[name] = meta[name] as string
  return ordered
}

function orderResult(result: CheckResult): object {
  const { decision, reason, matched_rule, approval_id, approval_url } = result
  const { rule_source, effect, policy_digest } = result
  return {
    decision,
    reason,
    ...present({ matched_rule, approval_id, approval_url, rule_source, effect, policy_digest })
  }
}

/** The members that are neither absent nor empty. */
function present(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => {
      return value !== undefined && value !== '' && value !== 0 && value !== false
    })
  )
}
