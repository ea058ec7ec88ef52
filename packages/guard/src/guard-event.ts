import type { ActionRequest, Approval, AuditEntry, CheckResult } from '@agentguard/protocol'

/** Something that happened in a guard, after it is in the audit log. */
export type GuardEvent =
  | {
      /** A verdict was given. */
      readonly type: 'check'
      readonly tenant: string
      readonly timestamp: number
      readonly action: ActionRequest
      readonly result: CheckResult
      /** What decided: a rule of the policy, or something beside it. */
      readonly by: VerdictOrigin
      /** Milliseconds until the verdict stood, and from then until it was in the log. */
      readonly policyMs: number
      readonly auditMs: number
      /** What was written down, before secrets were taken out, and the number of its line. */
      readonly entry: AuditEntry
      readonly seq: number
    }
  | {
      /** A person has been asked. */
      readonly type: 'approval-required'
      readonly tenant: string
      readonly timestamp: number
      readonly approval: Approval
      readonly result: CheckResult
    }
  | {
      /** An approval has changed: a person answered, it was used, or its time ran out. */
      readonly type: 'approval-changed'
      readonly tenant: string
      readonly timestamp: number
      readonly approval: Approval
    }
  | {
      /** An action named an approval that was good for it once and no longer is. */
      readonly type: 'approval-refused'
      readonly tenant: string
      readonly timestamp: number
      readonly approvalId: string
      readonly reason: 'consumed' | 'expired'
    }
  | {
      /** An action named an approval that was given for another one. */
      readonly type: 'approval-mismatch'
      readonly tenant: string
      readonly timestamp: number
      readonly approvalId: string
    }

/** What a verdict comes from. */
export type VerdictOrigin =
  | 'policy'
  | 'tenant'
  | 'rate_limit'
  | 'budget'
  | 'approval'
  | 'fault'
  /** It was given elsewhere, and is only written down here. */
  | 'report'
