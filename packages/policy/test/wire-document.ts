import type {
  AgentOverride,
  NotificationTarget,
  PolicyDocument,
  Rule,
  RuleSet
} from '../src/document.ts'
import { parseDollars } from '../src/dollars.ts'
import { parseDuration } from '../src/duration.ts'

/** A loaded document in the form of the recorded ones: wire names, zero values omitted. */
export function wireDocument(document: PolicyDocument): object {
  const { version, name, description, rules, agents, tool_scope_map, notifications } = document
  const { approval_required, on_deny, redaction } = notifications
  return omitZeros({
    version,
    name,
    description,
    rules: rules.map(wireRuleSet),
    agents: wireAgents(agents),
    tool_scope_map: tool_scope_map.map(omitZeros),
    notifications: omitZeros({
      approval_required: approval_required.map(wireTarget),
      on_deny: on_deny.map(wireTarget),
      redaction: omitZeros(redaction)
    })
  })
}

/**
 * A recorded document without what ours does not keep: the texts of settings (they are compared as
 * `tunables`), limits of zero, and the difference between `merge` and no mode.
 */
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON
export function comparable(recorded: any): object {
  const { proxy: _proxy, ...document } = structuredClone(recorded)
  for (const { limits = {} } of ruleSetsOf(document)) {
    for (const [key, text] of Object.entries(limits)) {
      const parsed = parseDollars(text as string)
      if (parsed.ok && parsed.value === 0) delete limits[key]
    }
  }
  for (const agent of Object.values<Record<string, unknown>>(document.agents ?? {})) {
    agent['override_mode'] ??= 'merge'
  }
  const { notifications } = document
  if (notifications) {
    delete notifications.dispatch_timeout
    for (const list of ['approval_required', 'on_deny']) {
      notifications[list]?.forEach(comparableTarget)
    }
  }
  return omitZeros(document)
}

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON
function ruleSetsOf({ rules = [], agents = {} }: any): any[] {
  // biome-ignore lint/suspicious/noExplicitAny: recorded JSON
  return [...rules, ...Object.values<any>(agents).flatMap(({ override = [] }) => override)]
}

function comparableTarget(target: Record<string, unknown>): void {
  const { timeout } = target
  if (typeof timeout !== 'string') return
  const parsed = parseDuration(timeout)
  delete target['timeout']
  if (parsed.ok) target['timeoutMs'] = Number(parsed.nanos) / 1e6
}

function wireRuleSet(ruleSet: RuleSet): object {
  const { scope, allow, deny, require_approval, rate_limit, limits } = ruleSet
  return omitZeros({
    scope,
    allow: allow.map(wireRule),
    deny: deny.map(wireRule),
    require_approval: require_approval.map(wireRule),
    ...(rate_limit && {
      rate_limit: omitZeros({
        max_requests: rate_limit.max_requests,
        window: rate_limit.window.text
      })
    }),
    ...(limits && {
      limits: Object.fromEntries(
        Object.entries(limits).map(([key, limit]) => [key, (limit as { text: string }).text])
      )
    })
  })
}

function wireRule({ action, pattern, paths, domain, message, conditions }: Rule): object {
  return omitZeros({
    action,
    pattern,
    paths,
    domain,
    message,
    conditions: conditions.map(({ require_prior, time_window }) =>
      omitZeros({ require_prior, time_window })
    )
  })
}

function wireAgents(agents: ReadonlyMap<string, AgentOverride>): object {
  return Object.fromEntries(
    Array.from(agents, ([id, { override, override_mode, extends: extended = '' }]) => [
      id,
      omitZeros({ override: override.map(wireRuleSet), override_mode, extends: extended })
    ])
  )
}

function wireTarget(target: NotificationTarget): object {
  return omitZeros({ ...target })
}

/** Without empty texts and lists, zeros, and maps of these; `limits: {}` stays for its meaning. */
function omitZeros(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => key === 'limits' || !isZero(value))
  )
}

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === '' || value === 0
}
