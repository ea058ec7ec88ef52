/**
 * A policy file as loaded: the YAML's own names and texts, with parsed values beside the texts that
 * need parsing and the line that each rule stands on.
 */
export interface PolicyDocument {
  readonly version: string
  readonly name: string
  readonly description: string
  readonly rules: readonly RuleSet[]
  readonly agents: ReadonlyMap<string, AgentOverride>
  readonly tool_scope_map: readonly ToolScope[]
  readonly notifications: Notifications
  readonly proxy: ProxySettings
  readonly approvals: ApprovalSettings
}

export interface RuleSet {
  readonly scope: string
  readonly allow: readonly Rule[]
  readonly deny: readonly Rule[]
  readonly require_approval: readonly Rule[]
  readonly rate_limit?: RateLimit
  readonly limits?: CostLimits
  /** `literal` turns effects off for this rule set. */
  readonly matching: 'effects' | 'literal'
  readonly line: number
}

/** The three lists of a rule set, in the order in which they are judged. */
export const ruleKinds = ['deny', 'require_approval', 'allow'] as const
export type RuleKind = (typeof ruleKinds)[number]

/** One rule. A text that the file does not have is `''`, a list that it does not have is empty. */
export interface Rule {
  readonly action: string
  readonly pattern: string
  readonly paths: readonly string[]
  /** Lower-cased at load. */
  readonly domain: string
  readonly message: string
  readonly conditions: readonly Condition[]
  readonly class?: HostClass
  /** RE2 source text, known to compile. */
  readonly regex?: string
  /** What the file says; absent, restrictive rules match on any test and allow rules on all. */
  readonly match?: 'any' | 'all'
  /** How long an approval asked for by this rule stays open. Approval rules only. */
  readonly expires?: Duration
  /** Who may approve. Approval rules only. */
  readonly approvers?: readonly string[]
  readonly line: number
  readonly column: number
}

export const hostClasses = ['private', 'loopback', 'link_local', 'metadata', 'public'] as const
export type HostClass = (typeof hostClasses)[number]

export interface Condition {
  readonly require_prior: string
  /** The text of `time_window`, `''` when absent. */
  readonly time_window: string
  /** Milliseconds; one hour when the file does not say. */
  readonly windowMs: number
}

export interface RateLimit {
  readonly max_requests: number
  readonly window: Duration
  readonly burst?: number
}

export interface CostLimits {
  readonly max_per_action?: MoneyLimit
  readonly max_per_session?: MoneyLimit
  readonly max_per_day?: MoneyLimit
  readonly max_per_month?: MoneyLimit
  readonly alert_threshold?: MoneyLimit
}

/** A limit that is in force: a file's `0`, `$` or empty text is no limit and is absent here. */
export interface MoneyLimit {
  /** As written in the file, for reasons. */
  readonly text: string
  /** Integer micro-dollars, rounded down; at most `Number.MAX_SAFE_INTEGER`. */
  readonly micros: number
}

export interface Duration {
  /** As written in the file. */
  readonly text: string
  /** Milliseconds, with a fraction where the text has one. */
  readonly ms: number
  /** The form that reasons use: `60s` is `1m0s`. */
  readonly formatted: string
}

export interface AgentOverride {
  readonly override: readonly RuleSet[]
  readonly override_mode: 'merge' | 'replace'
  /** Read and without meaning. */
  readonly extends?: string
  readonly line: number
}

export interface ToolScope {
  readonly pattern: string
  readonly scope: string
}

export interface Notifications {
  readonly approval_required: readonly NotificationTarget[]
  readonly on_deny: readonly NotificationTarget[]
  /** RE2 source texts, known to compile. */
  readonly redaction: { readonly extra_patterns: readonly string[] }
  readonly dispatchTimeoutMs: number
}

export interface NotificationTarget {
  readonly type: string
  readonly url: string
  readonly level: string
  readonly timeoutMs?: number
}

/** The server's tunables, defaults applied. */
export interface ProxySettings {
  readonly sessionTtlMs: number
  readonly maxBodyBytes: number
  readonly auditDefaultLimit: number
  readonly auditMaxLimit: number
}

/** Document-wide approval settings; an absent one leaves the choice to the approvals package. */
export interface ApprovalSettings {
  readonly expires?: Duration
  readonly quorum?: number
  readonly roles?: readonly string[]
}
