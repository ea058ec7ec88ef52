import type { Approval } from '@agentguard/protocol'
import type { Usage } from './approval-limits.ts'

/** Who an approval is counted for, and how much it counts. */
export interface Share {
  readonly agent: string
  readonly source: string
  readonly size: number
}

/**
 * Where a driver keeps approvals. It decides nothing: `createApprovals` does, inside `transact`.
 *
 * "Live" are those whose stage has a span: pending, approved, denied.
 */
export interface ApprovalBook {
  /** Runs `work` alone among all who share the book: all that it writes, or nothing, durably. */
  transact<T>(work: () => T): T
  get(tenant: string, id: string): Approval | undefined
  /** The live ones that are bound to this action, oldest first. */
  alike(tenant: string, digest: string): readonly Approval[]
  /** The pending ones, oldest first. */
  pending(tenant: string): readonly Approval[]
  countPending(): number
  usage(tenant: string, share: Share): Usage
  add(approval: Approval, share: Share): void
  /** Writes what a transition has made of an approval. */
  replace(approval: Approval, now: number): void
  /** Whether any live one may be over, cheaply. */
  hasOver(now: number): boolean
  /** The live ones that are over. */
  over(now: number): readonly Approval[]
  /**
   * Drops the approval of a tenant that reached its end first; if there is none, the one with the
   * oldest of the answers that count for ever and were given before `before`. False if there is none.
   */
  evict(tenant: string, before: number): boolean
  /** Drops all that reached their end before `before`. */
  forget(before: number): void
  /** Whether somebody else has written since it was last asked. */
  changedElsewhere(): boolean
}
