/** How much may be kept. Sizes are in UTF-16 code units of the approval's JSON. */
export interface ApprovalLimits {
  /** How many of one agent may be pending. */
  readonly maxPendingPerAgent: number
  /** How large the pending ones of one agent may be together. */
  readonly maxPendingSizePerAgent: number
  /** How many of one source may be pending. */
  readonly maxPendingPerSource: number
  /** How many of one tenant may be pending. */
  readonly maxPendingPerTenant: number
  /** How many of one tenant may be kept, those at their end included. */
  readonly maxKeptPerTenant: number
  /** How large those kept of one tenant may be together. */
  readonly maxKeptSizePerTenant: number
}

/** The limits that hold where none are given. */
export const defaultApprovalLimits: ApprovalLimits = {
  maxPendingPerAgent: 100,
  maxPendingSizePerAgent: 8 * 1_048_576,
  maxPendingPerSource: 250,
  maxPendingPerTenant: 1_000,
  maxKeptPerTenant: 10_000,
  maxKeptSizePerTenant: 64 * 1_048_576
}

/** Whose share is used up. */
export type Quota = 'agent' | 'source' | 'tenant'

/** How much of its shares a tenant, an agent and a source have used. */
export interface Usage {
  readonly pending: number
  readonly pendingOfAgent: number
  readonly pendingSizeOfAgent: number
  readonly pendingOfSource: number
  readonly kept: number
  readonly keptSize: number
}

/** Whose share one more approval of this size would exceed; undefined if nobody's. */
export function exceededQuota(
  usage: Usage,
  size: number,
  limits: ApprovalLimits
): Quota | undefined {
  if (usage.pendingOfAgent >= limits.maxPendingPerAgent) return 'agent'
  if (usage.pendingSizeOfAgent + size > limits.maxPendingSizePerAgent) return 'agent'
  if (usage.pendingOfSource >= limits.maxPendingPerSource) return 'source'
  if (usage.pending >= limits.maxPendingPerTenant) return 'tenant'
  return size > limits.maxKeptSizePerTenant ? 'tenant' : undefined
}

/** Whether something has to go before one more of this size can be kept. */
export function isFull(
  { kept, keptSize }: Pick<Usage, 'kept' | 'keptSize'>,
  size: number,
  limits: ApprovalLimits
): boolean {
  return kept >= limits.maxKeptPerTenant || keptSize + size > limits.maxKeptSizePerTenant
}
