import * as v from 'valibot'
import { member } from './member.ts'
import { timestampSchema } from './timestamp.ts'

/** The body of `/health`: the server is there. */
export interface Health {
  /** Always `ok`. */
  readonly status: 'ok'
  /** The version of the server. */
  readonly version: string
}

/** The body of `/v1/health`: how the server does for one tenant. */
export interface HealthReport {
  /** `degraded` when something needs attention. */
  readonly status: 'ok' | 'degraded'
  /** The version of the server. */
  readonly version: string
  /** The tenant that the report is about. */
  readonly tenant: string
  /** When the last request came. */
  readonly last_request_at?: string
  /** When the policy was last loaded. */
  readonly last_policy_load_at?: string
  /** For how long the server runs, in whole seconds. */
  readonly uptime_seconds: number
  /** What needs attention, in words for a person. */
  readonly warnings: readonly string[]
}

/** The schema of {@link Health}. Unknown members are dropped. */
export const healthSchema: v.GenericSchema<Health> = v.object({
  status: member(v.literal('ok'), 'Always ok.'),
  version: member(v.string(), 'The version of the server.')
} satisfies Record<keyof Health, unknown>)

/** The schema of a {@link HealthReport}. Unknown members are dropped. */
export const healthReportSchema: v.GenericSchema<unknown, HealthReport> = v.object({
  status: member(v.picklist(['ok', 'degraded']), 'degraded when something needs attention.'),
  version: member(v.string(), 'The version of the server.'),
  tenant: member(v.string(), 'The tenant that the report is about.'),
  last_request_at: member(v.exactOptional(timestampSchema), 'When the last request came.'),
  last_policy_load_at: member(v.exactOptional(timestampSchema), 'When the policy was last loaded.'),
  uptime_seconds: member(
    v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    'For how long the server runs, in whole seconds.'
  ),
  warnings: member(v.array(v.string()), 'What needs attention, in words for a person.')
} satisfies Record<keyof HealthReport, unknown>)
