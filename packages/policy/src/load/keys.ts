/** The keys that one kind of map may have. */
export interface Keys {
  /** Keys that AgentGuard 1.0 reads. */
  readonly known: readonly string[]
  /** Keys that it ignores and we read. */
  readonly added: readonly string[]
}

/** The kinds of maps that a policy file is made of. */
export type MapKind =
  | 'policy'
  | 'ruleSet'
  | 'rule'
  | 'condition'
  | 'rateLimit'
  | 'limits'
  | 'agent'
  | 'toolScope'
  | 'notifications'
  | 'target'
  | 'redaction'
  | 'proxy'
  | 'session'
  | 'request'
  | 'audit'
  | 'approvals'

/** Every key of a policy file. */
export const policyKeys: Readonly<Record<MapKind, Keys>> = {
  policy: keys(
    [
      'version',
      'name',
      'description',
      'rules',
      'agents',
      'tool_scope_map',
      'notifications',
      'proxy'
    ],
    ['approvals']
  ),
  ruleSet: keys(
    ['scope', 'allow', 'deny', 'require_approval', 'rate_limit', 'limits'],
    ['matching']
  ),
  rule: keys(
    ['action', 'pattern', 'paths', 'domain', 'message', 'conditions'],
    ['match', 'class', 'regex', 'expires', 'approvers']
  ),
  condition: keys(['require_prior', 'time_window']),
  rateLimit: keys(['max_requests', 'window'], ['burst']),
  limits: keys(
    ['max_per_action', 'max_per_session', 'alert_threshold'],
    ['max_per_day', 'max_per_month']
  ),
  agent: keys(['extends', 'override', 'override_mode']),
  toolScope: keys(['pattern', 'scope']),
  notifications: keys(['approval_required', 'on_deny', 'redaction', 'dispatch_timeout']),
  target: keys(['type', 'url', 'level', 'timeout']),
  redaction: keys(['extra_patterns']),
  proxy: keys(['session', 'request', 'audit']),
  session: keys(['ttl']),
  request: keys(['max_body_bytes']),
  audit: keys(['default_limit', 'max_limit']),
  approvals: keys([], ['expires', 'quorum', 'roles'])
}

function keys(known: readonly string[], added: readonly string[] = []): Keys {
  return { known, added }
}
