/** A family of metrics, before it exists. */
export interface FamilySpec {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
  /** Label values that are always printed, so that the first occurrence is an increase. */
  readonly always?: readonly Readonly<Record<string, string>>[]
  /** Names tenants, agents, scopes or rules: samples are only for those who may read the audit log. */
  readonly isDetail?: true
}

const milliseconds = [
  0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000
] as const
const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const
const waiting = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400] as const

function counter(name: string, help: string, labels: readonly string[] = []) {
  return { name: `agentguard_${name}`, type: 'counter', help, labels } as const
}

function gauge(name: string, help: string, labels: readonly string[] = []) {
  return { name: `agentguard_${name}`, type: 'gauge', help, labels } as const
}

function histogram(
  name: string,
  help: string,
  { buckets, labels = [] }: { buckets: readonly number[]; labels?: readonly string[] }
) {
  return { name: `agentguard_${name}`, type: 'histogram', help, labels, buckets } as const
}

/** The label sets of one label. */
function each(
  label: string,
  values: readonly string[]
): readonly Readonly<Record<string, string>>[] {
  return values.map((value) => ({ [label]: value }))
}

/** The families of AgentGuard 1.0, in its order. Names, labels and buckets are what dashboards rely on. */
const first: readonly FamilySpec[] = [
  counter('checks_total', 'Verdicts in the audit log, of all tenants.'),
  counter('allowed_total', 'Verdicts that were ALLOW.'),
  counter('denied_total', 'Verdicts that were DENY.'),
  counter('approval_required_total', 'Verdicts that were REQUIRE_APPROVAL.'),
  counter('rate_limited_total', 'Actions that were denied because of a rate limit.'),
  counter(
    'approval_replay_mismatch_total',
    'Actions that named an approval that was given for another one.'
  ),
  {
    ...counter('approval_replay_refused_total', 'Approvals that no longer counted when used.', [
      'reason'
    ]),
    always: each('reason', ['consumed', 'expired'])
  },
  gauge('pending_approvals', 'Approvals that wait for an answer, of all tenants.'),
  histogram('request_duration_ms', 'Time to a verdict that is in the audit log, in ms.', {
    buckets: milliseconds
  }),
  histogram('policy_eval_duration_ms', 'Time until the verdict stood, in ms.', {
    buckets: milliseconds
  }),
  histogram('audit_write_duration_ms', 'Time until a verdict was in the audit log, in ms.', {
    buckets: milliseconds
  }),
  gauge('ratelimit_buckets', 'Rate limits that are being counted.'),
  gauge('sse_subscribers', 'Subscribers of live events.'),
  gauge('notify_queue_depth', 'Notifications that wait to be delivered.'),
  counter('notify_spooled_to_disk_total', 'Notifications that were given up and kept.'),
  counter('notify_despooled_total', 'Notifications that were kept and queued again.'),
  histogram('notify_dispatch_duration_seconds', 'Time that an attempt to notify took, in s.', {
    buckets: seconds,
    labels: ['notifier']
  }),
  counter('audit_replay_entries_total', 'Verdicts that were read at the start, to go on counting.'),
  counter('audit_rotations_total', 'Rotations of the audit log.'),
  counter('audit_corrupt_lines_total', 'Lines that queries of the audit log could not read.'),
  gauge('audit_replay_duration_seconds', 'Time that reading verdicts at the start took, in s.'),
  counter(
    'audit_buffered_dropped_to_overflow_total',
    'Always 0: no verdict waits outside the log.'
  ),
  counter('audit_buffered_drained_from_overflow_total', 'Always 0, like the one before.'),
  gauge('audit_buffered_queue_depth', 'Lines that wait to be written to the audit log.'),
  gauge('llmproxy_streams_active', 'Always 0 here: the proxy has it.'),
  counter('llmproxy_streams_rejected_total', 'Always 0 here: the proxy has it.'),
  {
    ...counter('request_rejected_total', 'Requests that were not read to their end.', ['reason']),
    always: each('reason', ['body_too_large'])
  },
  counter('notify_events_dropped_total', 'Notifications that nobody got.', ['notifier', 'reason']),
  {
    ...counter(
      'approvals_evicted_total',
      'Approvals that were forgotten or refused for want of room.',
      ['reason']
    ),
    always: each('reason', ['lru_resolved', 'queue_full'])
  },
  counter(
    'ratelimit_bucket_evictions_total',
    'Keys of rate limits that were forgotten to make room.',
    ['scope']
  ),
  {
    ...counter('sse_events_dropped_total', 'Live events that a subscriber was told it missed.', [
      'reason'
    ]),
    always: each('reason', ['slow_consumer', 'too_old', 'unknown_id'])
  },
  gauge('audit_migration_status', 'What became of migrations of the audit log.', [
    'from',
    'to',
    'status'
  ]),
  counter('llmproxy_buffer_overflow_total', 'None here: the proxy has it.', ['provider']),
  counter('llmproxy_non_streaming_overflow_total', 'None here: the proxy has it.', ['provider']),
  counter('llmproxy_protocol_violation_total', 'None here: the proxy has it.', ['provider']),
  counter('deprecations_used_total', 'Uses of what will go away.', ['feature'])
]

const added: readonly FamilySpec[] = [
  {
    ...counter('decisions_total', 'Verdicts by tenant, scope, transport and decision.', [
      'tenant',
      'scope',
      'transport',
      'decision'
    ]),
    isDetail: true
  },
  {
    ...counter('rule_decisions_total', 'Verdicts by the rule that decided.', [
      'tenant',
      'rule',
      'decision'
    ]),
    isDetail: true
  },
  {
    ...counter('agent_decisions_total', 'Verdicts by the agent that asked.', [
      'tenant',
      'agent',
      'decision'
    ]),
    isDetail: true
  },
  {
    ...counter('verdicts_total', 'Verdicts by what they come from.', ['by']),
    always: each('by', ['policy', 'tenant', 'rate_limit', 'budget', 'approval', 'fault', 'report'])
  },
  {
    ...counter('faults_total', 'Failures of a part that a verdict needs. Each made a DENY.', [
      'part'
    ]),
    always: each('part', ['clock', 'policy', 'limiter', 'approvals', 'audit', 'notifier'])
  },
  {
    ...counter('approvals_total', 'What happened to approvals.', ['outcome']),
    always: each('outcome', [
      'asked',
      'voted',
      'approved',
      'denied',
      'expired',
      'consumed',
      'lapsed'
    ])
  },
  {
    ...histogram('approval_wait_seconds', 'Time that an approval waited for its end, in s.', {
      buckets: waiting,
      labels: ['outcome']
    }),
    always: each('outcome', ['approved', 'denied', 'expired'])
  },
  {
    ...counter('policy_loads_total', 'Loads of policies.', ['outcome']),
    always: each('outcome', ['loaded', 'failed'])
  },
  gauge('policy_loaded_timestamp_seconds', 'When a policy was last loaded, in s since 1970.'),
  {
    ...gauge('policy_info', 'The digest of the policy that is in force, as a label.', [
      'tenant',
      'digest'
    ]),
    isDetail: true
  },
  {
    ...counter('notify_outcomes_total', 'What became of notifications.', ['notifier', 'outcome']),
    // What an alert is for: often there is one such notification and no second one.
    always: ['webhook', 'slack', 'console', 'log'].flatMap((notifier) =>
      ['given_up', 'lost'].map((outcome) => ({ notifier, outcome }))
    )
  },
  gauge('audit_up', 'Whether the audit log is written: 1 or 0.'),
  gauge('audit_lines', 'Lines of the audit log.'),
  counter('audit_refused_total', 'Lines that were not written to the audit log.'),
  counter('audit_failures_total', 'Failures of the storage of the audit log.'),
  gauge('audit_checkpoint_age_seconds', 'Time since the last signed checkpoint, in s.'),
  gauge('audit_checkpoint_lines', 'Lines that the last signed checkpoint covers.'),
  gauge('store_up', 'Whether approvals and budgets can be kept: 1 or 0.'),
  counter('auth_failures_total', 'Credentials, sessions and logins that were refused.', ['reason']),
  counter('http_requests_total', 'Requests by route and status.', ['route', 'method', 'status']),
  histogram('http_request_duration_seconds', 'Time until a request was answered, in s.', {
    buckets: seconds,
    labels: ['route']
  }),
  counter('admission_refusals_total', 'Requests that were refused for want of room.', ['reason']),
  counter('sse_refused_total', 'Subscribers that were refused for want of room.'),
  gauge('degraded', 'Whether something needs attention, by reason: 1 or 0.', ['reason']),
  counter('clock_jumps_total', 'Jumps of the clock.'),
  gauge('build_info', 'What runs, as labels. Always 1.', ['version', 'commit', 'node'])
]

/** All families of AgentGuard, in the order in which they are printed. Figures of the process follow. */
export const families: readonly FamilySpec[] = [...first, ...added]

/** The families that dashboards for AgentGuard 1.0 know. */
export const firstFamilies: readonly FamilySpec[] = first
