import type { Policy } from '@agentguard/policy'
import type { ActionRequest } from '@agentguard/protocol'
import type { Asking } from './asking.ts'

/** An action while it is judged, with all that the answer may depend on. */
export interface Request {
  readonly tenant: string
  readonly action: ActionRequest
  readonly asking: Asking
  /** The policy of the tenant as it is now. One request is judged by one policy. */
  readonly policy: Policy
  /** When it was asked, in milliseconds. */
  readonly at: number
}
