import { AgentGuard } from './agentguard.ts'

export type { ActionRequest, FurtherAction, Gate } from '@agentguard/protocol'
export type { CallOptions } from './agentguard.ts'
export { type AgentGuardOptions, LOCAL_TENANT_ID } from './agentguard-options.ts'
export type { AuditPage, AuditQuery } from './audit-query.ts'
export type { BatchCheck, CheckOptions, Scope } from './check-options.ts'
export type { CheckFault, CheckResult } from './check-result.ts'
export {
  AgentGuardApprovalRequiredError,
  AgentGuardApprovalTimeoutError,
  AgentGuardAuthError,
  AgentGuardDeniedError,
  AgentGuardError,
  AgentGuardRequestError
} from './errors.ts'
export type { WaitOptions } from './follow-approval.ts'
export { type AsyncFunction, type GuardedClient, type GuardedOptions, guarded } from './guarded.ts'
export type { Observation, Observe, ObservedCall, ObservedOutcome } from './observe.ts'
// biome-ignore lint/style/noDefaultExport: version 1.0 has it under both names.
export { AgentGuard, AgentGuard as default }
