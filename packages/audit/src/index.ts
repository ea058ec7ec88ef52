export { AuditError, type AuditErrorCode } from './audit-error.ts'
export type {
  AppendOptions,
  AuditHealth,
  AuditLog,
  AuditPage,
  Receipt,
  Redaction
} from './audit-log.ts'
export type {
  AuditStore,
  StoredLine,
  StoredLines,
  StoreOpenOptions,
  StoreScan,
  StoreTail
} from './audit-store.ts'
export { canonicalJson } from './chain/canonical-json.ts'
export type { ChainHead, SealedLine } from './chain/chain.ts'
export { hashOfLine } from './chain/line-hash.ts'
export type { LogLine } from './chain/log-line.ts'
export { redactLine } from './chain/redact-line.ts'
export { type Checkpoint, parseCheckpoint, type SignedCheckpoint } from './note/checkpoint.ts'
export { createSigner, type NoteSigner, openNote } from './note/signed-note.ts'
export { parseVerifierKey, type VerifierKey } from './note/verifier-key.ts'
export { type AuditLimits, type AuditLogOptions, openAuditLog } from './open-audit-log.ts'
export type { AuditFilter, LineFilter } from './query/audit-filter.ts'
export { exportCsv, exportJsonLines } from './query/export-lines.ts'
export type { Retention } from './retention/expired-parts.ts'
export {
  type ConsistencyProof,
  type InclusionProof,
  verifyConsistency,
  verifyInclusion
} from './tree/verify-proof.ts'
export type { LogPart } from './verify/log-part.ts'
export { type VerifyOptions, verifyLog } from './verify/verify-log.ts'
export type {
  VerifyCounts,
  VerifyProblem,
  VerifyProblemCode,
  VerifyReport
} from './verify/verify-report.ts'
export type { LineLimits, RedactText } from './write/shape-line.ts'
export type { SourceBudget } from './write/source-budgets.ts'
