export {
  type ActionRequest,
  actionRequestSchema,
  type Derivation,
  type FurtherAction,
  furtherActionSchema
} from './action-request.ts'
export type { ActionRequestError, ActionRequestErrorCode } from './action-request-error.ts'
export {
  type ActionRequestLimits,
  actionRequestLimits,
  type LimitedMember
} from './action-request-limits.ts'
export {
  type Approval,
  approvalSchema,
  type Resolution,
  resolutionSchema,
  type Vote
} from './approval.ts'
export { type ApprovalStatus, approvalStatusSchema } from './approval-status.ts'
export { type AuditEntry, auditEntrySchema } from './audit-entry.ts'
export {
  type AuditMeta,
  type AuditMetaLine,
  type AuditSeal,
  auditMetaLineSchema
} from './audit-meta.ts'
export { canonicalJson } from './canonical-json.ts'
export type { ChainLink } from './chain-link.ts'
export {
  type CheckResult,
  checkResultSchema,
  type RuleSource,
  ruleSourceSchema
} from './check-result.ts'
export { type Decision, decisionSchema, strictest } from './decision.ts'
export { type Effect, effectSchema } from './effect.ts'
export { type ErrorBody, errorBodySchema } from './error-body.ts'
export type { Gate } from './gate.ts'
export { type Health, type HealthReport, healthReportSchema, healthSchema } from './health.ts'
export type { JsonError, JsonErrorCode } from './json-error.ts'
export { parseActionRequest } from './parse-action-request.ts'
export { type ParsedJson, type ParseJsonOptions, parseJson } from './parse-json.ts'
export { type ParsedActionRequest, readActionRequest } from './read-action-request.ts'
