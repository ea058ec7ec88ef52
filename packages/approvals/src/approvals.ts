import type { Approval, ApprovalStatus, Resolution } from '@agentguard/protocol'
import type { Quota } from './approval-limits.ts'
import type { ApprovalStage } from './approval-stage.ts'
import type { ApprovalGroup } from './group-alike.ts'
import type { Voter } from './judge-voter.ts'
import type { Ask } from './new-approval.ts'
import type { ApprovalRefusal } from './transition.ts'

/** A person's answer. */
export interface Answer extends Voter {
  readonly decision: Resolution
  /**
   * Of the pending ones of the same action, those that the person has seen. Without it the answer
   * is for all that are pending.
   */
  readonly only?: readonly string[]
}

/** What opening answers. */
export type Opened =
  /** `opened` is false if one that was there will do. */
  | { readonly ok: true; readonly opened: boolean; readonly approval: Approval }
  | { readonly ok: false; readonly reason: 'quota'; readonly quota: Quota }

/** What looking up answers. */
export type LookedUp =
  | { readonly found: true; readonly approval: Approval; readonly stage: ApprovalStage }
  | { readonly found: false; readonly reason: 'not_found' | 'digest_mismatch' }

/** What resolving answers. */
export type Resolved =
  /**
   * The answer holds for `approval`, or held before, or waits for more people to agree. `changed` are
   * the approvals that this answer changed, `approval` and others of the same action.
   */
  | { readonly ok: true; readonly approval: Approval; readonly changed: readonly Approval[] }
  | { readonly ok: false; readonly reason: 'not_found' }
  | { readonly ok: false; readonly reason: ApprovalRefusal; readonly approval: Approval }

/** What consuming answers. */
export type Consumed =
  | { readonly consumed: true; readonly approval: Approval }
  | { readonly consumed: false; readonly reason: 'not_found' | ApprovalRefusal }

/**
 * Where people's answers are asked for, given and used.
 *
 * Every operation is atomic among all who share the store, and is durable when its promise resolves, as
 * far as the driver's documentation says. A refusal is a value; a store that fails rejects with an
 * `ApprovalsError`, and then nothing may be executed. An approval is only ever found in its own tenant.
 */
export interface Approvals {
  /** Asks for an answer. */
  open(ask: Ask): Promise<Opened>

  /**
   * Finds the approval that an action claims to have by `id`; without one, one that is bound to the
   * action: an approved one, else a pending one, else one that was denied and still counts.
   */
  lookup(
    tenant: string,
    wanted: { readonly digest: string; readonly id?: string }
  ): Promise<LookedUp>

  /** Answers an approval, and those pending that are bound to the same action. */
  resolve(tenant: string, id: string, answer: Answer): Promise<Resolved>

  /**
   * Uses an approval for the execution of the action that it is bound to.
   *
   * INVARIANT: of all who ever ask, on whatever machine, at most one gets `consumed: true`. Whoever gets
   * no answer MUST take it for used.
   */
  consume(tenant: string, id: string, digest: string): Promise<Consumed>

  /**
   * Ends what is over and forgets what ended long ago; to be called every minute or so. Resolves to
   * what ended. Every other operation also ends what is over, but forgets nothing.
   */
  expire(): Promise<readonly Approval[]>

  /** The pending approvals of a tenant, grouped by action, those first that have waited longest. */
  pending(tenant: string): Promise<readonly ApprovalGroup[]>

  /** How many approvals are pending, in all tenants. */
  countPending(): Promise<number>

  /** The approval, in whatever stage. */
  get(tenant: string, id: string): Promise<Approval | undefined>

  /** How the approval stands, as a poller sees it. It never consumes. */
  status(tenant: string, id: string): Promise<ApprovalStatus | undefined>

  /**
   * Resolves to the approval as soon as it is no longer pending, and to undefined if there is none.
   * Rejects with the signal's reason when aborted.
   */
  wait(tenant: string, id: string, signal?: AbortSignal): Promise<Approval | undefined>

  /** Ends all waiting. It closes no database that was passed in. */
  close(): Promise<void>
}
