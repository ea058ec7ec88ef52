import type { EffectContext } from '@agentguard/policy'
import type { Timeouts } from '../http/start-server.ts'

/** How the server is to run: what the flags and the environment say. */
export interface ServeOptions {
  readonly policyFile: string
  /** Where agents run what they ask for. */
  readonly context: EffectContext
  readonly port: number
  /** Undefined is all interfaces. */
  readonly host: string | undefined
  readonly apiKey: string | undefined
  /** Whether who asks about an action has to have a credential. */
  readonly checkAuth: 'optional' | 'required'
  readonly baseUrl: string | undefined
  readonly allowedOrigin: string | undefined
  readonly allowedHosts: readonly string[]
  /** The addresses whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  readonly hasDashboard: boolean
  readonly isTlsTerminatedUpstream: boolean
  readonly saysReloads: boolean
  readonly logsRequests: boolean
  /** Whether traces and metrics are sent by OpenTelemetry. */
  readonly hasTelemetry: boolean
  readonly state: StateOptions
  readonly audit: AuditOptions
  readonly limits: LimitOptions
  readonly notifications: NotificationOptions
  /** What is to be said at the start about flags that have no effect. */
  readonly notices: readonly string[]
  readonly timeouts?: Partial<Timeouts> | undefined
}

/** How people are told, and how they answer. */
export interface NotificationOptions {
  /** Where notifications are kept that could not be delivered. Undefined is the data directory. */
  readonly spool: string | undefined
  /** Whether Slack and webhooks get links that answer. */
  readonly hasLinks: boolean
  /** Who may answer in Slack: `<team>/<user>`. */
  readonly slackApprovers: readonly string[]
  /** With it, Slack messages have buttons. */
  readonly slackSigningSecret: string | undefined
  /** What webhooks are signed with. */
  readonly webhookSecret: string | undefined
}

/** What is kept, and for how long. */
export interface StateOptions {
  readonly dataDirectory: string
  /** Whether approvals, budgets and tenants outlive the process. */
  readonly isPersistent: boolean
  /** How long an answer of a person counts; 0 is for ever. */
  readonly approvalValidityMs: number
  /** When idle sessions' costs are forgotten; 0 is never. */
  readonly sessionCostTtlMs: number
  readonly sessionCostSweepMs: number
}

export interface AuditOptions {
  readonly backend: 'file' | 'store'
  /** Undefined is the one in the data directory. */
  readonly path: string | undefined
  /** Where AgentGuard 1.0 kept what it could not write, if not beside the log. */
  readonly overflowPath: string | undefined
  readonly durability: 'fsync' | 'written' | 'async'
  readonly maxPartBytes: number
  readonly maxParts: number
  readonly maxAgeMs: number
  readonly compress: boolean
  /** What one source may write in an hour; 0 is no bound. */
  readonly sourceBytesPerHour: number
}

/** What is let in at once. */
export interface LimitOptions {
  readonly maxConnections: number
  readonly maxInFlight: number
  /** How many wait for approvals at once. */
  readonly maxWaiting: number
  readonly maxBodyMemoryBytes: number
  /** Requests in a second; 0 is no bound. */
  readonly peerRate: number
  readonly agentRate: number
}
