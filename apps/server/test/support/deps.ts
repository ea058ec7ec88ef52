import type { Policy } from '@agentguard/policy'
import type { HealthReport } from '@agentguard/protocol'
import {
  type AdmissionLimits,
  type AdmissionOptions,
  createAdmission
} from '../../src/http/admission/admission.ts'
import { createAnswerCheck, createDecideFor } from '../../src/http/answer-check.ts'
import type { ListenerDeps } from '../../src/http/create-listener.ts'
import { createHealth } from '../../src/http/health.ts'
import { peerAddress } from '../../src/http/peer-address.ts'
import { openParts, type Parts } from './parts.ts'
import { policyOf, policyText } from './policy.ts'
import { singleKey } from './single-key.ts'

export interface TestDeps {
  readonly policy?: Policy
  /** Policies of further tenants. */
  readonly tenants?: Readonly<Record<string, Policy>>
  readonly maxBodyBytes?: number
  readonly auditLimits?: { readonly defaultLimit: number; readonly maxLimit: number }
  readonly apiKey?: string
  readonly allowedOrigin?: string
  readonly hasDashboard?: boolean
  readonly isOurHost?: (name: string) => boolean
  readonly onFault?: (error: unknown) => void
  readonly onAnswer?: NonNullable<ListenerDeps['onAnswer']>
  readonly health?: () => HealthReport
  readonly now?: () => number
  readonly limits?: Partial<AdmissionOptions>
  readonly trustedProxies?: readonly string[]
}

const generous: AdmissionLimits = {
  maxConnections: 10_000,
  maxInFlight: 1000,
  maxWaiting: 1000,
  maxBodyMemoryBytes: 64 * 1_048_576,
  peerRate: 0,
  agentRate: 0
}

/** What an application or a listener takes, for a policy. */
export async function depsOf(deps: TestDeps = {}): Promise<ListenerDeps & { parts: Parts }> {
  const { policy = policyOf(policyText), tenants = {}, maxBodyBytes = 1024 } = deps
  const { allowedOrigin, isOurHost, onFault, apiKey, hasDashboard = true, now } = deps
  const health = createHealth('1.2.3', () => Date.UTC(2026, 10, 22, 9, 8, 7, 60))
  health.policyLoaded('local')
  const policies = { local: policy, ...tenants }
  const parts = await openParts({ policies, onFault, ...(now ? { now } : {}) })
  const { guard, approvals, audit } = parts
  guard.subscribe((event) => void (event.type === 'check' && health.checked()))
  const auth = singleKey(apiKey)
  const admission = createAdmission({ ...generous, onRefused: () => {}, ...deps.limits })
  const { admitAction } = admission
  const checks = { guard, digestOf: () => undefined, admitAction, onFault }
  return {
    parts,
    admission,
    auth,
    guard,
    approvals,
    audit,
    hasDashboard,
    answerCheck: createAnswerCheck(checks),
    decideFor: createDecideFor(checks),
    hasTenant: (tenant) => parts.policies.has(tenant),
    maxBodyBytes: () => maxBodyBytes,
    auditLimits: () => deps.auditLimits ?? { defaultLimit: 100, maxLimit: 1000 },
    redact: (_, approval) => approval,
    health: deps.health ?? health.report,
    peerOf: peerAddress(deps.trustedProxies),
    allowedOrigin,
    isOurHost,
    onFault,
    onAnswer: deps.onAnswer
  }
}
